"""The commands of `mer`: their options, and what each calls. Nothing here computes."""
