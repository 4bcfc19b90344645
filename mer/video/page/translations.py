# ruff: noqa: E501 (a Korean letter counts as two)
"""What the demo says, in English and in Korean.

Every text has a key; `{names}` in it are filled in by `say`. The two languages hold the same
keys and the same names (tests/video/page/test_translations.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LANGUAGES = {"English": "en", "한국어": "ko"}

_EN = {
    "title": "What does a face give away?",
    "intro": "A micro-expression is a movement of the face, mostly over within half a second. "
    "Show a video, or sit before your camera, and see what a small network reads.",
    "sample": "Sample video",
    "camera": "Camera",
    "stop": "Stop",
    "clear": "Clear",
    "choose": "Choose a video, or drop it here (up to {limit} MB)",
    "choose_touch": "Choose a video (up to {limit} MB)",
    "tab": "Micro-expressions",
    "another": "Another video (up to {limit} MB)",
    "camera_hint": "Start your camera",
    "sample_hint": "Six seconds of a person who does not exist",
    "stop_hint": "Stop reading; what was found stays",
    "clear_hint": "Forget everything",
    "copy": "Video with all of this drawn in",
    "copy_hint": "Draws the face, the emotions and the micro-expressions into a copy",
    # what is going on
    "ready": "Choose one of the three: the sample, your camera, a video.",
    "loading": "Loading the networks …",
    "opening": "Waiting for the camera. Your browser may ask you to allow it.",
    "live": "Live: {width} × {height} pixels. {read} frames read, {missed} missed, "
    "{rate:.0f} a second.",
    "uploading": "Fetching {name}: {done} of {whole} MB",
    "reading": "Reading {name}: {frames} frames",
    "drawing": "Drawing into a copy of {name}: {frames} frames",
    "sending": "Fetching {name} …",
    "copied": "{name} is among your downloads.",
    "done": "{name}: {seconds:.1f} s read, {frames} frames at {rate:.0f} a second.",
    "stopped": "Stopped.",
    "cleared": "Everything forgotten.",
    "sample_name": "Sample video",
    # what went wrong
    "NotAllowedError": "The browser may not use the camera. Allow it beside the page's address, "
    "then press Camera again.",
    "NotFoundError": "No camera was found. Connect one, or choose a video.",
    "NotReadableError": "The camera is used by another program. Close that, then press Camera "
    "again.",
    "insecure": "Browsers lend the camera only to pages on this machine or with https. Open the "
    "page at 127.0.0.1.",
    "old": "This browser cannot time the camera's frames. Use a newer one, or choose a video.",
    "unplugged": "The camera has gone. Connect it and press Camera again; what was found stays.",
    "no_camera": "The camera did not start ({reason}). Try again, or choose a video.",
    "too_large": "{name} has {size} MB, and this page takes up to {limit}. Cut it, or use "
    "`mer analyse` on your own machine.",
    "unreadable": "{name} could not be read to its end. Choose it again.",
    "bad_video": "{problem}",
    "broken": "Reading stopped with an error of its own ({problem}). Press Clear and try again.",
    # what was found
    "now": "Now",
    "latest": "Latest",
    "motion": "Motion",
    "statistics": "So far",
    "log": "Log",
    "moments": "Moments",
    "no_face": "no face",
    "nothing": "Nothing found yet.",
    "waiting": "Nothing is being read.",
    "resting": "The face is at rest; the network is not asked.",
    "motion_hint": "The latest expression at its strongest, and how the skin moved until "
    "then: colour is direction, strength is size.",
    "watched": "watched",
    "changes": "changes of emotion",
    "micro": "micro-expressions",
    "share": "of them micro",
    "micro_mark": "micro",
    "emotion": "Emotion",
    "onset": "Onset",
    "duration": "Duration",
    "confidence": "Confidence",
    "by_emotion": "Time by emotion",
    "seconds": "{seconds:.1f} s",
    "shortened": "The latest {shown} of {all}; the download holds all.",
    "csv": "Download the log (CSV)",
    "json": "Download the log (JSON)",
    # what to know
    "know": "Before you believe it",
    "privacy": "<b>Your pictures.</b> Frames stay in the memory of the machine that runs this "
    "page. A video you choose lies in a temporary file while it is read or copied and is "
    "deleted right after. Nothing is stored unless you download it; Clear forgets the rest.",
    "honesty": "<b>What the guess is worth.</b> The network learned from people who do not exist, "
    "rendered for this study. Real faces move differently, and the best honest scores "
    "on real recordings are far from certain (notebook 12). A movement of the face is "
    "not a feeling, and the confidence is the network's own.",
    "worth": "Published flows of real people, in three classes, it reads with {worth}; a UF1 of 1 "
    "would be faultless.",
    "law": "<b>Where it must not be used.</b> The EU AI Act, article 5, prohibits systems that "
    "infer emotions of people at work and in schools, save for medical or safety reasons. "
    "Watch only yourself, or people who agreed. This is a lesson, not an instrument.",
    # emotions
    "neutral": "neutral",
    "disgust": "disgust",
    "happiness": "happiness",
    "repression": "repression",
    "sadness": "sadness",
    "surprise": "surprise",
    "others": "others",
    "speaking": "speaking",
    "turned away": "turned away",
    "covered": "covered",
    "fear": "fear",
    "negative": "negative",
    "positive": "positive",
}

_KO = {
    "title": "얼굴은 무엇을 드러낼까요?",
    "intro": "미세표정은 대개 0.5초 안에 끝나는 얼굴의 움직임입니다. 동영상을 보여 주거나 카메라 앞에 "
    "앉아, 작은 신경망이 무엇을 읽는지 살펴보세요.",
    "sample": "예제 동영상",
    "camera": "카메라",
    "stop": "중지",
    "clear": "지우기",
    "choose": "동영상을 선택하거나 여기에 끌어다 놓으세요 (최대 {limit} MB)",
    "choose_touch": "동영상을 선택하세요 (최대 {limit} MB)",
    "tab": "미세표정",
    "another": "다른 동영상 (최대 {limit} MB)",
    "camera_hint": "카메라를 시작합니다",
    "sample_hint": "실존하지 않는 사람의 6초 영상",
    "stop_hint": "분석을 멈춥니다. 찾은 결과는 남습니다",
    "clear_hint": "모두 지웁니다",
    "copy": "결과를 그려 넣은 동영상",
    "copy_hint": "얼굴, 감정, 미세표정을 사본에 그려 넣습니다",
    "ready": "예제 동영상, 카메라, 내 동영상 가운데 하나를 고르세요.",
    "loading": "신경망을 불러오는 중 …",
    "opening": "카메라를 기다리는 중입니다. 브라우저가 허용 여부를 물을 수 있습니다.",
    "live": "실시간: {width} × {height} 픽셀. 읽은 프레임 {read}개, 놓친 프레임 {missed}개, "
    "초당 {rate:.0f}개.",
    "uploading": "{name} 받는 중: {whole} MB 중 {done} MB",
    "reading": "{name} 읽는 중 … 프레임 {frames}개",
    "drawing": "{name} 사본에 그려 넣는 중 … 프레임 {frames}개",
    "sending": "{name} 받는 중 …",
    "copied": "{name}: 내려받은 파일에 있습니다.",
    "done": "{name}: {seconds:.1f}초, 초당 {rate:.0f}개로 프레임 {frames}개를 읽었습니다.",
    "stopped": "멈췄습니다.",
    "cleared": "모두 지웠습니다.",
    "sample_name": "예제 동영상",
    "NotAllowedError": "브라우저가 카메라를 쓸 수 없습니다. 주소창 옆에서 카메라를 허용한 뒤 "
    "‘카메라’를 다시 누르세요.",
    "NotFoundError": "카메라를 찾지 못했습니다. 카메라를 연결하거나 동영상을 선택하세요.",
    "NotReadableError": "다른 프로그램이 카메라를 쓰고 있습니다. 그 프로그램을 닫고 ‘카메라’를 다시 "
    "누르세요.",
    "insecure": "브라우저는 이 컴퓨터의 페이지나 https 페이지에만 카메라를 허용합니다. 127.0.0.1 "
    "주소로 여세요.",
    "old": "이 브라우저는 카메라 프레임의 시각을 알려 주지 않습니다. 최신 브라우저를 쓰거나 동영상을 "
    "선택하세요.",
    "unplugged": "카메라 연결이 끊겼습니다. 다시 연결하고 ‘카메라’를 누르세요. 찾은 결과는 남아 있습니다.",
    "no_camera": "카메라가 시작되지 않았습니다 ({reason}). 다시 시도하거나 동영상을 선택하세요.",
    "too_large": "{name}: {size} MB입니다. 이 페이지는 {limit} MB까지 받습니다. 영상을 자르거나 자신의 "
    "컴퓨터에서 `mer analyse`를 쓰세요.",
    "unreadable": "{name}: 끝까지 읽지 못했습니다. 다시 선택하세요.",
    "bad_video": "이 동영상을 쓸 수 없습니다. {problem}",
    "broken": "내부 오류로 분석이 멈췄습니다 ({problem}). ‘지우기’를 누르고 다시 시도하세요.",
    "now": "지금",
    "latest": "최근",
    "motion": "움직임",
    "statistics": "지금까지",
    "log": "기록",
    "moments": "주요 순간",
    "no_face": "얼굴 없음",
    "nothing": "아직 찾은 것이 없습니다.",
    "waiting": "지금은 읽고 있지 않습니다.",
    "resting": "얼굴이 쉬고 있어 신경망에 묻지 않습니다.",
    "motion_hint": "가장 최근 표정이 가장 강한 순간, 그리고 그때까지 피부가 움직인 모습: 색은 방향, "
    "진하기는 크기입니다.",
    "watched": "관찰 시간",
    "changes": "감정 변화",
    "micro": "미세표정",
    "share": "미세표정 비율",
    "micro_mark": "미세",
    "emotion": "감정",
    "onset": "시작",
    "duration": "지속 시간",
    "confidence": "확신도",
    "by_emotion": "감정별 시간",
    "seconds": "{seconds:.1f}초",
    "shortened": "전체 {all}개 중 최근 {shown}개입니다. 내려받은 파일에는 모두 들어 있습니다.",
    "csv": "기록 내려받기 (CSV)",
    "json": "기록 내려받기 (JSON)",
    "know": "믿기 전에 알아 두세요",
    "privacy": "<b>내 영상은 어떻게 되나요?</b> 프레임은 이 페이지를 실행하는 컴퓨터의 메모리에만 있습니다. 선택한 "
    "동영상은 읽거나 사본을 만드는 동안 임시 파일로 두었다가 곧바로 지웁니다. 내려받지 않으면 아무것도 "
    "저장되지 않으며, ‘지우기’를 누르면 나머지도 사라집니다.",
    "honesty": "<b>얼마나 믿을 수 있을까요?</b> 이 신경망은 이 연구를 위해 만든, 실존하지 않는 사람들로 "
    "학습했습니다. 실제 얼굴은 다르게 움직이며, 실제 영상에서 정직하게 잰 최고 점수도 확실과는 "
    "거리가 멉니다(노트북 12). 얼굴의 움직임이 곧 감정은 아니며, 확신도는 신경망 스스로의 "
    "값일 뿐입니다.",
    "worth": "공개된 실제 사람들의 움직임을 세 감정으로 나누어 읽은 결과: {worth} (UF1은 1이 "
    "만점입니다).",
    "law": "<b>써서는 안 되는 곳.</b> 유럽연합 인공지능법 제5조는 의료·안전 목적이 아닌 한 직장과 "
    "학교에서 사람의 감정을 추론하는 시스템을 금지합니다. 자신이나 동의한 사람만 비추세요. 이것은 "
    "수업 자료이지 측정 도구가 아닙니다.",
    "neutral": "무표정",
    "disgust": "혐오",
    "happiness": "행복",
    "repression": "억압",
    "sadness": "슬픔",
    "surprise": "놀람",
    "others": "기타",
    "speaking": "말하는 중",
    "turned away": "고개를 돌림",
    "covered": "가려짐",
    "fear": "두려움",
    "negative": "부정",
    "positive": "긍정",
}

# What the analyser notes, and what it refuses, it says in English; `{}` stands for a fact.
NOTES = {
    "No face is found. Look into the camera, upright, with light on your face, and near enough to "
    "fill a quarter of the picture.": "얼굴을 찾지 못했습니다. 고개를 바로 하고 카메라를 보세요. 얼굴에 빛이 들고, 화면의 4분의 1을 채울 "
    "만큼 가까워야 합니다.",
    "Several faces: the largest is followed.": "얼굴이 여럿입니다. 가장 큰 얼굴을 따라갑니다.",
    "The face is small. Come nearer.": "얼굴이 작습니다. 더 가까이 오세요.",
    "No frame came.": "받은 프레임이 없습니다.",
    "No face was found in any frame. It must look into the camera, upright, and fill a quarter of "
    "the picture's shorter side.": "어느 프레임에서도 얼굴을 찾지 못했습니다. 고개를 바로 하고 카메라를 보아야 하며, 얼굴이 화면의 짧은 "
    "변의 4분의 1을 채워야 합니다.",
    "No face was found for {} s.": "{}초 동안 얼굴을 찾지 못했습니다.",
    "The face is mostly smaller than {} pixels; what moves little cannot be seen there.": "얼굴이 대부분 {} 픽셀보다 작습니다. 작은 움직임은 보이지 않습니다.",
    "Several faces were seen; the largest was followed.": "얼굴이 여럿 보였습니다. 가장 큰 얼굴을 따라갔습니다.",
    "{} times no frame came for over a second.": "1초 넘게 프레임이 오지 않은 일이 {}번 있었습니다.",
    "{} frames came with the time of an earlier one, and were left out.": "앞선 프레임보다 늦지 않은 시각으로 온 프레임 {}개를 뺐습니다.",
    "{} of the file's timestamps make no sense; those frames are taken to be {} a second. Times "
    "may be wrong.": "파일의 시각 가운데 {}개가 맞지 않아, 그 프레임들을 초당 {}개로 보았습니다. 시간이 틀릴 수 있습니다.",
    "The file promises {} frames and ends after {}: it was cut off. What is there was analysed.": "파일에 프레임 {}개가 있어야 하지만 {}개에서 끝납니다. 잘린 파일이며, 남은 부분만 분석했습니다.",
    "{}: the file is empty. Copy or record it again.": "{}: 빈 파일입니다. 다시 복사하거나 녹화하세요.",
    "{}: not a video that can be opened; it may be another kind of file, or cut off while it was "
    "copied. Convert it to MP4 (H.264) or WebM, or record it again.": "{}: 열 수 있는 동영상이 아닙니다. 다른 종류의 파일이거나 복사하다 잘렸을 수 있습니다. "
    "MP4(H.264)나 WebM으로 바꾸거나 다시 녹화하세요.",
    "{}: no frame could be read; the file is cut off, or in a format that this OpenCV cannot "
    "decode. Convert it to MP4 (H.264) or WebM, or record it again.": "{}: 프레임을 하나도 읽지 못했습니다. 파일이 잘렸거나 지원하지 않는 형식입니다. MP4(H.264)나 "
    "WebM으로 바꾸거나 다시 녹화하세요.",
    "{}: one picture is no video; an expression is a change. Give a video.": "{}: 사진 한 장은 동영상이 아닙니다. 표정은 변화이므로 동영상을 선택하세요.",
}

TEXTS: Mapping[str, Mapping[str, str]] = {"en": _EN, "ko": _KO}


def say(language: str, key: str, **facts) -> str:
    """The text `key` in `language` ("en" or "ko"); an emotion without a translation stays as it
    is, and so does any other unknown key."""
    text = TEXTS[language].get(key)
    return key if text is None else text.format(**facts)


def note(language: str, sentence: str) -> str:
    """A sentence of the analyser in `language`; one that has no translation stays English."""
    if language == "ko":
        for english, korean in NOTES.items():
            parts = map(re.escape, english.split("{}"))
            if found := re.fullmatch("(.+?)".join(parts), sentence):
                return korean.format(*found.groups())
    return sentence
