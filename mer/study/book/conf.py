"""The settings of the book, as Sphinx reads them."""

project = "Micro-expression study"
html_title = "Micro-expression study"
extensions = ["myst_nb", "mer.study.book.mathml", "mer.study.book.terms"]
html_math_renderer = "mathml"
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
myst_all_links_external = True  # links are those of the pages
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {}  # would come from a content network; pages show still figures
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Fold the code"
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["book.css"]
html_js_files = ["book.js"]
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_show_copyright = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#17695a",
        "color-brand-content": "#17695a",
        "color-brand-visited": "#17695a",
    },
    "dark_css_variables": {
        "color-brand-primary": "#6fcab5",
        "color-brand-content": "#6fcab5",
        "color-brand-visited": "#6fcab5",
    },
}
suppress_warnings = ["myst.header", "mystnb", "toc.not_included"]
