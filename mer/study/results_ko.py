"""The rows of the README's table in Korean: the same numbers of the same records as in
`mer.study.results`, and a test holds the two against each other."""

from __future__ import annotations

from collections.abc import Callable

from mer.study.findings import Found
from mer.study.results import CLASSES, FITS, STRANGERS

LANGUAGE = "ko"


def _largest(f: Found, metric: str, first: str) -> str:
    return f.largest(
        metric,
        first,
        STRANGERS,
        ".2f",
        some="{said} ({all}개 가운데 {told}개를 말할 수 있음)",
        none="{all}개 가운데 말할 수 있는 것이 없음(가장 큰 것: {said})",
    )


def _cleanup(f: Found) -> str:
    table = ("coding table", "clean-up rules", ".0f")
    return (
        f"다섯 클래스, {f('subjects', *table)}명의 "
        f"시퀀스 {f('sequences', *table)}개. 언제나 가장 큰 클래스라고 "
        f"답하면 {f('accuracy', 'always the largest class', 'all', '.0%')}가 맞음"
    )


def _apex(f: Found) -> str:
    cost = f.told(
        "uar",
        "midpoint, training and test - annotated apex",
        STRANGERS,
        more="정점보다 UAR이 높음",
        less="UAR을 잃음",
        none="잃는 UAR을 말할 수 없음",
    )
    return (
        f"가장 강한 영역의 움직임은 참 정점을 "
        f"{f('mae_frames', 'strongest region', 'truth', '.1f')}프레임 차이로 찾고, 중간점 규칙은 "
        f"{f('mae_frames', 'midpoint', 'truth', '.1f')}프레임. 정점 대신 중간점을 쓴 연구는 "
        f"{cost}. 정점을 옮긴 시험: {_largest(f, 'uar', 'annotated apex')}"
    )


def _flow(f: Found) -> str:
    moved = f.told(
        "uar",
        "translation, head moved - translation, as filmed",
        STRANGERS,
        more="오름",
        less="떨어짐",
        none="달라졌다고 말할 수 없음",
        form=".2f",
    )
    return (
        f"피부가 움직인 곳의 오차: DIS-fine {f('epe_moving_px', 'dis-fine', 'truth')} px, "
        f"Farneback {f('epe_moving_px', 'farneback', 'truth')}, 움직임 없음 "
        f"{f('epe_moving_px', 'still', 'truth')}. DIS-fine과의 UAR 차이: "
        f"{_largest(f, 'uar', 'dis-fine')}. 앞선 연구의 선택: {_largest(f, 'uar', 'farneback')}. "
        f"머리가 움직이면 UAR은 {moved}"
    )


def _score(f: Found) -> str:
    blind, made_up, many = "largest class", "made-up studies", "20 equals"
    return (
        f"언제나 가장 큰 클래스라고 답하면 정확도 {f('accuracy', blind, 'loso')}, UAR "
        f"{f('uar', blind, 'loso')}; 흐름의 선형 모델은 {f('accuracy', 'whole flow', 'loso')}, "
        f"{f('uar', 'whole flow', 'loso')}. 참값을 아는 지어낸 연구에서 95 % 구간이 그것을 담은 "
        f"비율: 사람을 뽑으면 {f('coverage', 'people drawn', made_up, '.0%')}, 시퀀스를 뽑으면 "
        f"{f('coverage', 'sequences drawn', made_up, '.0%')}. 똑같은 것 스물을 견줄 때 하나라도 "
        f"다르다고 말한 비율: {f('wrong_find', f'{many}, at 95 %', made_up, '.0%')}, 함께 맞춘 "
        f"수준에서는 {f('wrong_find', f'{many}, joint level', made_up, '.0%')}"
    )


def _apex_cnn(f: Found) -> str:
    found = f.record("uar", "apex", STRANGERS)
    fitted = f.record("training_accuracy", "apex", STRANGERS)
    if found.low > 1 / CLASSES:
        verdict = "우연보다 나음"
    elif fitted.value < FITS:
        verdict = "신경망이 훈련 자료에 맞지 않아 답이 없음"
    else:
        below = found.high < 1 / CLASSES
        verdict = "우연보다 낮음" if below else "우연과 다르다고 말할 수 없음"
    return (
        f"{verdict}: 훈련한 사람을 정확도 {fitted.text()}로 읽는 신경망이 처음 보는 사람의 시퀀스 "
        f"{found.n}개에서 UAR {found.text('.3f')}, 우연은 {1 / CLASSES:.2f}. 앞선 연구의 훈련 "
        f"방법은 앞의 것을 {f('training_accuracy', 'earlier recipe', STRANGERS)}, 뒤의 것을 "
        f"{f('uar', 'earlier recipe', STRANGERS, '.3f')}로 읽음"
    )


def _flow_cnn(f: Found) -> str:
    return (
        f"처음 보는 사람에 대한 UAR {f('uar', 'flow', STRANGERS, '.3f')}; 세로 움직임만 "
        f"{f('uar', 'v alone', STRANGERS)}, 가로 {f('uar', 'u alone', STRANGERS)}, 변형률 "
        f"{f('uar', 'strain alone', STRANGERS)}"
    )


def _ensemble(f: Found) -> str:
    words = dict(more="얻음", less="잃음", none="달라졌다고 말할 수 없음")
    half, learned = (
        f.told("uar", f"{mixture} - flow", STRANGERS, **words)
        for mixture in ("ensemble", "learned")
    )
    return f"흐름만 쓸 때와 견준 UAR: 반씩 섞으면 {half}, 배운 비율로 섞으면 {learned}"


def _contrast(f: Found) -> str:
    clahe = "CLAHE 2, 8 x 8"
    fitted = f.told(
        "gap",
        f"apex {clahe} - apex none",
        STRANGERS,
        more="더 과적합함",
        less="덜 과적합함",
        none="과적합이 달라졌다고 말할 수 없음",
        form=".2f",
    )
    dark = f.told(
        "kept",
        "flow equalised - flow none",
        f"{STRANGERS}, dark",
        more="더 많이 지킴",
        less="덜 지킴",
        none="똑같이 지킴",
        form=".2f",
    )
    return (
        f"아무것도 바꾸지 않은 것과의 UAR 차이, 흐름 앞에서: {_largest(f, 'uar', 'flow none')}; "
        f"정점 프레임: {_largest(f, 'uar', 'apex none')}. 정점 프레임의 CLAHE는 {fitted}. 어두울 "
        f"때 흐름의 답을 평활화하면 그대로일 때보다 {dark}"
    )


def _attention(f: Found) -> str:
    folds = f.protocol("grouped-", "loso")
    return (
        f"꾸밈없는 신경망과의 UAR 차이: {_largest(f, 'uar', 'plain')}. 얼굴이 움직인 곳을 "
        f"HiResCAM이 보는 AUC: 훈련한 신경망 {f('auc', 'plain: HiResCAM', folds)}, 훈련하지 "
        f"않은 것 {f('auc', 'untrained plain: HiResCAM', folds)}"
    )


def _leakage(f: Found) -> str:
    trained, held_out = "random-80-20, training data included", f.protocol("grouped-")

    def leak(reader: str, bond: str) -> str:
        pair = f"{reader}, random split - {reader}, people held out"
        return f.record("uar_difference", pair, f"bond {bond}").text(".2f")

    def named(what: str) -> str:
        return f("person_named", what, f.protocol("closed set of "), ".0%")

    return (
        f"훈련 자료에서: 그것을 넣으면 정확도 {f('accuracy', 'ensemble', trained)}, 남겨 둔 "
        f"사람에서는 {f('accuracy', 'ensemble', held_out)}. 무작위 분할로 새는 UAR, 사람이 감정을 "
        f"강하게, CASME II만큼, 또는 전혀 말해 주지 않을 때: 정점 프레임 {leak('apex', 'strong')}, "
        f"{leak('apex', 'casme2')}, {leak('apex', 'none')}; 흐름 {leak('flow', 'strong')}, "
        f"{leak('flow', 'casme2')}, {leak('flow', 'none')}. 누구인지 맞히는 비율은 정점 프레임에서 "
        f"{named('apex frame')}, 흐름에서 {named('flow')}"
    )


def _people(f: Found) -> str:
    real = "synthetic-to-real"
    return (
        f"이들만으로 배운 신경망이 실제 흐름 "
        f"{f.record('uf1', 'synthetic people only', real).n}개를 UF1 "
        f"{f('uf1', 'synthetic people only', real)}로 읽음. 아무것도 나타나지 않은 시작점 "
        f"프레임만으로는 UAR {f('uar', 'onset frame', 'loso')}"
    )


def _real(f: Found) -> str:
    best = f.record("uf1", "linear", "loso")
    seconds = f.record("seconds", "linear", "loso").value
    rivals = "; ".join(
        f"{called} {f('uf1_difference', f'linear - {model}', 'loso')}"
        for called, model in (
            ("처음부터 배운 신경망", "compact, from scratch"),
            ("합성 인물만", "synthetic people only"),
            ("짧게 훈련한 STSTNet", "ststnet"),
        )
    )
    return (
        f"선형 모델, CPU {seconds:.1f}초: 실제 흐름 {best.n}개에서 피험자 하나 남기기로 UF1 "
        f"{best.text()}, UAR {f('uar', 'linear', 'loso')}. 이것에서 다른 것의 UF1을 뺀 "
        f"차이: {rivals}"
    )


def _rare(f: Found) -> str:
    rare = "recall_sadness"
    return (
        f"예가 일곱뿐인 클래스의 재현율, 처음 보는 사람: 그대로 {f(rare, 'plain', STRANGERS)}. "
        f"바꾸는 것: {_largest(f, rare, 'plain')}. UAR: {_largest(f, 'uar', 'plain')}"
    )


def _size(f: Found) -> str:
    return (
        f"흐름에서, 증강이 없을 때와의 UAR 차이: {_largest(f, 'uar', 'flow: none')}. 픽셀, 16과의 "
        f"차이: {_largest(f, 'uar', 'flow, 16 px')}"
    )


def _small(f: Found) -> str:
    everything, pair = "all recipes", "difference of two"
    return (
        f"피험자 하나 남기기의 UAR은 평균 {f('uar_bias', everything, 'loso', '.3f')}, 출연진마다 "
        f"{f('uar_spread', everything, 'loso', '.3f')} 빗나감. 무작위 분할은 "
        f"{f('uar_bias', everything, 'random', '.3f')}. 0.05 차이 나는 두 방법 가운데 나은 쪽이 "
        f"앞서는 비율 {f('right_order', 'better of two', 'loso', '.0%')} (차이는 "
        f"{f('uar_deviation', pair, 'loso', '.3f')} 빗나감). 둘을 가르려면 "
        f"{f('people_needed', 'a difference of 0.05', 'loso', '.0f')}명이 필요함"
    )


ROWS: dict[str, tuple[str, Callable[[Found], str] | None]] = {
    "00_start_here": ("미세표정이란 무엇이고, 준비는 되었는가?", None),
    "01_data_cleanup": ("어떤 시퀀스를 믿을 수 있는가?", _cleanup),
    "02_apex_extraction": ("언제 가장 강하고, 정점을 놓치면 무엇을 잃는가?", _apex),
    "03_optical_flow": ("무엇이 움직였고, 어느 알고리듬이 옳으며, 그것이 중요한가?", _flow),
    "04_how_a_score_is_made": ("얼마나 잘하는지 어느 수가 말하고, 얼마나 믿을 만한가?", _score),
    "05_apex_cnn": ("그림 한 장으로 감정을 알 수 있는가?", _apex_cnn),
    "06_flow_cnn": ("움직임으로 알 수 있는가?", _flow_cnn),
    "07_ensemble": ("둘을 섞으면 나은 하나보다 나은가?", _ensemble),
    "08_ablation_contrast": ("대비 평활화는 도움이 되는가, 과적합하는가, 다른 빛에 견디는가?",
                             _contrast),
    "09_ablation_attention": ("CBAM은 도움이 되며, 신경망은 어디를 보는가?", _attention),
    "10_protocols_and_leakage": ("95.42 %는 어디에서 오는가?", _leakage),
    "11_synthetic_people": ("없는 사람에게서 배워도 충분한가?", _people),
    "12_real_benchmark": ("실제 얼굴에서도 통하는가?", _real),
    "13_video_demo": ("영상이나 내 카메라 앞에서는 어떻게 보이는가?", None),
    "14_rare_classes": ("예가 일곱뿐인 클래스에는 무엇이 도움이 되는가?", _rare),
    "15_augmentation_and_size": ("뒤집고 옮긴 얼굴은 도움이 되며, 픽셀은 얼마나 필요한가?", _size),
    "16_small_samples": ("26명으로 얼마나 말할 수 있는가?", _small),
}  # fmt: skip
