"""`check` in Korean: the same judges, and their hints translated.

`SAID` gives each English text its Korean one; `{}` stands for what a judge fills in, in the same
order. A text without a translation is told in English: better a hint than none.
"""

from __future__ import annotations

import re

from mer.study.course import checking, made_up

__all__ = ["check", "made_up"]

# fmt: off
SAID = {
    # of any exercise
    "Nothing is answered so far.": "아직 답이 없습니다.",
    "A number is asked for, not {}.": "수를 묻고 있는데 {}입니다.",
    "A word is asked for, or several, not {}.": "낱말 하나나 여럿을 묻고 있는데 {}입니다.",
    "A function is asked for: hand in its name, without brackets, not {}.":
        "함수를 묻고 있습니다. 괄호 없이 이름을 내십시오. 낸 것은 {}입니다.",
    "Your function raised {}: {}": "낸 함수가 오류를 냈습니다. {}: {}",
    "Numbers are asked for, not {}.": "수들을 묻고 있는데 {}입니다.",
    "The shape should be {}, and is {}.": "모양은 {}이어야 하는데 {}입니다.",
    # notebooks 00 to 03
    "Try {} ms at {} frames a second on paper: how many seconds are that, and how many frames in "
    "each second?":
        "{} ms와 1초에 {}프레임을 종이에 풀어 보십시오. 몇 초이고, 1초마다 몇 프레임입니까?",
    "How much is one sequence worth in a share of 31? And two? Give three digits.":
        "31개 가운데 시퀀스 하나는 얼마의 몫입니까? 둘은? 세 자리로 답하십시오.",
    "Count, person by person, the sequences that the rule gets right; then divide the sum by the "
    "number of all sequences, not of people.":
        "규칙이 맞힌 시퀀스를 사람마다 세고, 그 합을 사람 수가 아니라 모든 시퀀스의 수로 "
        "나누십시오.",
    "Do not count sequences: in how many rows is the number above zero?":
        "시퀀스를 세지 마십시오. 0보다 큰 수가 몇 행에 있습니까?",
    "On another clip the curve does not peak where the motion does. What is the mean of a frame "
    "when the lamp flares up, and what should it be?":
        "다른 영상에서는 곡선이 움직임과 다른 곳에서 가장 높습니다. 등불이 밝아지면 프레임의 "
        "평균은 얼마이고, 얼마여야 합니까?",
    "Look at both ends of each interval: on which side of zero do they lie?":
        "구간마다 두 끝을 보십시오. 0의 어느 쪽에 있습니까?",
    "The error is the length of the difference of two arrows; the mean is taken where the *true* "
    "arrow is longer than half a pixel, and only there.":
        "오차는 두 화살표의 차이의 길이입니다. 평균은 *참* 화살표가 반 픽셀보다 긴 곳에서만 "
        "냅니다.",
    "In the printed table, near -1 means that the sign has changed, near +1 that it has not.":
        "출력된 표에서 -1에 가까우면 부호가 바뀐 것이고, +1에 가까우면 바뀌지 않은 것입니다.",
    # notebooks 04 to 07
    "Rows are the truth: the recall of an emotion is its diagonal over its row. An emotion that "
    "nobody showed has no recall, and is left out of the mean.":
        "행이 참입니다. 한 감정의 재현율은 대각선의 수를 그 행의 합으로 나눈 것입니다. 아무도 "
        "보이지 않은 감정에는 재현율이 없으니 평균에서 뺍니다.",
    "UF1, not accuracy; and all answers are collected before anything is computed. Which row and "
    "which column is that? Give three digits.":
        "정확도가 아니라 UF1입니다. 그리고 계산하기 전에 답을 모두 모읍니다. 그것은 어느 행, "
        "어느 열입니까? 세 자리로 답하십시오.",
    "Each pixel has a mean and a deviation of its own, both from the training rows alone, and all "
    "rows are scaled with them. The deviation divides by the number of rows, as that of NumPy does "
    "(`ddof=0`).":
        "픽셀마다 제 평균과 편차가 있고, 둘 다 훈련 행에서만 얻으며, 모든 행을 그것으로 맞춥니다. "
        "편차는 NumPy에서처럼 행의 수로 나눕니다(`ddof=0`).",
    "How far does the accuracy fall from the random split to people who are held out?":
        "무작위 분할에서 남겨 둔 사람으로 가면 정확도가 얼마나 떨어집니까?",
    "Your function changes the flow that it was given: work on a copy.":
        "낸 함수가 받은 흐름을 바꿉니다. 사본에서 하십시오.",
    "Two things happen in a mirror: where an arrow stands, and which way it points. Which of u, v "
    "and strain turns round?":
        "거울에서는 두 가지가 바뀝니다. 화살표가 서 있는 곳과 가리키는 쪽입니다. u, v, 변형률 "
        "가운데 무엇이 돌아섭니까?",
    "It says much when it is alone, and nothing is lost when it is left out.":
        "혼자 있을 때 많은 것을 말하고, 빼도 잃는 것이 없습니다.",
    "The logits are the logarithms of p, up to a constant: divide those by the temperature, take "
    "them back with exp, and let each row sum to 1.":
        "로짓은 상수를 빼면 p의 로그입니다. 그것을 온도로 나누고, exp로 되돌리고, 행마다 합이 "
        "1이 되게 하십시오.",
    "In the line of the paired difference in UAR: three numbers, the difference and the two ends "
    "of its interval. Which of them is the cautious one?":
        "짝지은 UAR 차이의 줄에는 수가 셋 있습니다. 차이와 구간의 두 끝입니다. 그 가운데 "
        "조심스러운 것은 무엇입니까?",
    # notebooks 08 to 12
    "A brighter pixel has to stay the brighter one: keep the order of the levels.":
        "더 밝은 픽셀은 그대로 더 밝아야 합니다. 밝기의 차례를 지키십시오.",
    "Every level should get the same share of the pixels: after it, a tenth of them lies below a "
    "tenth of 255, and so on. What share lies below each level now?":
        "밝기마다 픽셀의 몫이 같아야 합니다. 펴고 나면 픽셀의 10분의 1이 255의 10분의 1 아래에 "
        "있고, 나머지도 그렇습니다. 지금은 각 밝기 아래에 얼마의 몫이 있습니까?",
    "A gap is training minus test. Take that of CLAHE, and subtract that of the plain one.":
        "틈은 훈련에서 시험을 뺀 것입니다. CLAHE의 틈에서 아무것도 하지 않은 것의 틈을 빼십시오.",
    "Take all pairs of a pixel inside and one outside: how often is the one inside higher? Where "
    "both are equal the pair counts one half.":
        "안의 픽셀 하나와 밖의 픽셀 하나로 된 모든 쌍을 보십시오. 안의 것이 얼마나 자주 더 "
        "높습니까? 둘이 같으면 그 쌍은 반으로 셉니다.",
    "Which of the three intervals leave out zero? The names as they stand in the table.":
        "세 구간 가운데 0이 들어 있지 않은 것은 무엇입니까? 표에 적힌 이름 그대로 답하십시오.",
    "One of the two sides is empty.": "두 쪽 가운데 하나가 비었습니다.",
    "Every sequence belongs to one of the two sides, and to one only.":
        "시퀀스는 저마다 두 쪽 가운데 한 쪽에, 한 쪽에만 들어야 합니다.",
    "Somebody is on both sides. Draw people, not sequences.":
        "양쪽에 다 있는 사람이 있습니다. 시퀀스가 아니라 사람을 뽑으십시오.",
    "A fifth of the people is asked for; here more than half of nine are tested.":
        "사람의 5분의 1을 시험하라고 했는데, 아홉 명 가운데 절반이 넘게 시험받습니다.",
    "Give two arrays of positions: who trains, and who is tested.":
        "자리의 배열 두 개를 내십시오. 누구로 훈련하고, 누구를 시험하는가.",
    "How many right answers are reported, and how many of them had been learned by heart?":
        "맞은 답이 몇 개라고 보고했고, 그 가운데 몇 개를 외우고 있었습니까?",
    "After it, the mean over each person's own rows is zero in every pixel, and rows stand where "
    "they stood. Whose mean do you subtract from a row?":
        "하고 나면 사람마다 제 행의 평균이 모든 픽셀에서 0이고, 행은 있던 자리에 있습니다. 한 "
        "행에서 누구의 평균을 뺍니까?",
    "Guessing has 0.20. Of which inputs does the whole interval lie above that?":
        "찍으면 0.20입니다. 구간 전체가 그 위에 있는 입력은 무엇입니까?",
    "In each channel by itself: first its median becomes zero, then the root of the mean of its "
    "squares becomes one.":
        "채널마다 따로, 먼저 중앙값이 0이 되고, 그다음 제곱의 평균의 제곱근이 1이 됩니다.",
    "One method, two rules for the epoch: how far do its two values lie apart?":
        "방법은 하나, 에폭을 고르는 규칙은 둘입니다. 두 값은 얼마나 떨어져 있습니까?",
    # notebooks 13 to 16
    "Draw {} and {} on paper: how long is what both share, and how long is what at least one of "
    "them covers? Two that do not touch share nothing.":
        "{}과 {}을 종이에 그리십시오. 둘이 함께하는 것은 얼마나 길고, 적어도 하나가 덮는 것은 "
        "얼마나 깁니까? 닿지 않는 둘은 함께하는 것이 없습니다.",
    "F1 is 2 TP / (2 TP + FP + FN). How many of the found are hits, and who is left over?":
        "F1은 2 TP / (2 TP + FP + FN)입니다. 찾은 것 가운데 몇이 맞혔고, 무엇이 남았습니까?",
    "Weight times number of sequences should be the same for each class, and the mean weight over "
    "all sequences should be 1.":
        "가중치와 시퀀스 수의 곱은 클래스마다 같아야 하고, 모든 시퀀스의 평균 가중치는 1이어야 "
        "합니다.",
    "Two conditions: the gain in recall is told, and a loss in UF1 is not told.":
        "조건은 둘입니다. 재현율의 이득을 말할 수 있고, UF1의 손해는 말할 수 없습니다.",
    "Side {}: how large is each of the 256 maps after three poolings? Each of their numbers has a "
    "weight for every class, and every class has a bias.":
        "한 변이 {}일 때, 풀링을 세 번 하고 나면 지도 256장은 저마다 얼마나 큽니까? 그 수마다 "
        "클래스별 가중치가 있고, 클래스마다 편향이 있습니다.",
    "Which values of the difference agree with the data? The best of them for augmentation.":
        "차이의 어떤 값이 자료와 맞습니까? 그 가운데 증강에 가장 좋은 값입니다.",
    "A true difference of {} and an error of deviation {}: for how many deviations does the better "
    "one lie above zero? Or draw many errors and count.":
        "참 차이가 {}이고 오차의 편차가 {}입니다. 나은 쪽은 0보다 편차 몇 개만큼 위에 있습니까? "
        "아니면 오차를 많이 뽑아 세어 보십시오.",
    "The interval narrows with the *root* of the number of people.":
        "구간은 사람 수의 *제곱근*만큼 좁아집니다.",
}
# fmt: on


def check(name: str, answer: object) -> None:
    """Say in Korean whether an answer is right; what it asks and raises is `checking.check`'s."""
    hint = checking.hint(name, answer)
    if hint:
        raise checking.NotYet(f"{name}: 아직 아닙니다. {translated(hint)}")
    print(f"{name}: 맞습니다.")


def translated(hint: str) -> str:
    """A hint in Korean, with what the judge filled in."""
    for english, korean in SAID.items():
        found = re.fullmatch(re.escape(english).replace(r"\{\}", "(.+?)"), hint, re.DOTALL)
        if found:
            return korean.format(*found.groups())
    return hint
