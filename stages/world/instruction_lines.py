# ruff: noqa: E501 (an instruction stays on one line)
"""How an instruction is asked and answered in each language, as patterns of `grammar`."""

# Questions on a fact; `{name}` is the person, `{he}` the pronoun in a follow-up.
FACT_QUESTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "vi": {
        "birth_date": (
            "{name} sinh [khi nào|năm nào|ngày nào]?",
            "Cho mình biết năm sinh của {name}.",
            "Bạn có nhớ {name} ra đời năm nào không?",
        ),
        "birthplace": (
            "{name} sinh ra ở đâu?",
            "[Quê|Nơi sinh] của {name} là ở đâu?",
            "Cho mình hỏi {name} là người ở đâu?",
        ),
        "school": (
            "{name} từng học trường nào?",
            "Cho mình biết trường cũ của {name}.",
            "{name} đã học ở trường nào vậy?",
        ),
        "subject": ("{name} học [ngành|môn] gì?", "{name} giỏi về môn nào?", "Cho mình biết ngành học của {name}."),
        "employer": (
            "{name} làm việc cho ai?",
            "Nơi nào thuê {name} làm việc?",
            "Cho mình biết {name} làm cho nơi nào.",
        ),
        "workplace": (
            "{name} đi làm ở đâu?",
            "Muốn gặp {name} trong giờ làm thì đến đâu?",
            "Chỗ làm của {name} nằm ở đâu?",
        ),
    },
    "en": {
        "birth_date": (
            "When was {name} born?",
            "[Tell me|Do you know] the year of birth of {name}.",
            "In which year did {name} come into the world?",
        ),
        "birthplace": (
            "Where was {name} born?",
            "Which place does {name} come from?",
            "Tell me the birthplace of {name}.",
        ),
        "school": (
            "Which school did {name} go to?",
            "Where did {name} go to school?",
            "Tell me which school {name} attended.",
        ),
        "subject": (
            "What did {name} study?",
            "Which subject did {name} choose?",
            "Tell me the favourite subject of {name}.",
        ),
        "employer": ("Who does {name} work for?", "Who employs {name}?", "Tell me the employer of {name}."),
        "workplace": (
            "Where does {name} work?",
            "Where can I meet {name} on a working day?",
            "Tell me where {name} goes to work.",
        ),
    },
}

FOLLOW_UPS: dict[str, str] = {
    "birth_date": "[Thế {he} sinh năm nào?|Còn năm sinh của {he} thì sao?]",
    "birthplace": "[Thế {he} quê ở đâu?|Còn nơi sinh của {he}?]",
    "school": "[Vậy {he} học trường nào?|Hồi trước {he} học ở đâu?]",
    "subject": "[Thế {he} học ngành gì?|Còn môn {he} thích nhất là gì?]",
    "employer": "[Bây giờ {he} làm cho ai?|Thế nơi nào trả lương cho {he}?]",
    "workplace": "[Vậy {he} đi làm ở đâu?|Muốn gặp {he} thì đến chỗ nào?]",
}

# Claims to agree with or to correct; the answer then states the fact.
CLAIMS: dict[str, dict[str, str]] = {
    "vi": {
        "birthplace": "[Có phải {name} quê ở {value} không?|{name} là người {value}, đúng không?]",
        "school": "[Có phải {name} học trường {value} không?|Trường cũ của {name} là trường {value}, đúng không?]",
        "subject": "[Có phải {name} học {value} không?|Môn {name} chọn là {value}, phải không?]",
        "employer": "[Có phải {name} làm cho {value} không?|{name} là người của {value}, đúng không?]",
        "workplace": "[Có phải {name} làm ở {value} không?|Ngày thường {name} có mặt ở {value}, đúng không?]",
    },
    "en": {
        "birthplace": "[Is it true that {name} comes from {value}?|{name} was born in {value}, right?]",
        "school": "[Is it true that {name} went to {value}?|{value} was the school of {name}, right?]",
        "subject": "[Is it true that {name} studied {value}?|{name} chose {value}, right?]",
        "employer": "[Is it true that {name} works for {value}?|The employer of {name} is {value}, right?]",
        "workplace": "[Is it true that {name} works at {value}?|One finds {name} at {value} on working days, right?]",
    },
}
YES = {"vi": "[Đúng vậy.|Đúng rồi.|Phải.]", "en": "[Yes.|That is right.|Right.]"}
NO = {"vi": "[Không phải.|Không đúng.|Không.]", "en": "[No.|That is not right.|Not quite.]"}

SUM_REQUESTS = {
    "vi": ("", "Giải bài toán sau: ", "Giúp mình làm bài toán này nhé. ", "Bài toán: ", "Bạn tính giúp mình với. "),
    "en": ("", "Solve this problem: ", "Please help me with this sum. ", "A sum for you. ", "Work this out: "),
}
NUMBER_QUESTIONS = {
    "vi": {
        "add": ("{a} cộng {b} bằng mấy?", "{a} + {b} = ?", "Tổng của {a} và {b} là bao nhiêu?"),
        "subtract": ("{a} trừ {b} bằng mấy?", "{a} - {b} = ?", "Lấy {a} bớt đi {b} thì còn mấy?"),
        "compare": ("Trong hai số {a} và {b}, số nào lớn hơn?", "{a} và {b}, số nào bé hơn?"),
    },
    "en": {
        "add": ("What is {a} plus {b}?", "{a} + {b} = ?", "Give me the sum of {a} and {b}."),
        "subtract": ("What is {a} minus {b}?", "{a} - {b} = ?", "Take {b} away from {a}. What is left?"),
        "compare": ("Which number is greater, {a} or {b}?", "{a} and {b}: which one is smaller?"),
    },
}
NUMBER_ANSWERS = {
    "vi": {
        "add": "{a} cộng {b} bằng {r}.",
        "subtract": "{a} trừ {b} bằng {r}.",
        "greater": "Số {r} lớn hơn.",
        "smaller": "Số {r} bé hơn.",
    },
    "en": {
        "add": "{a} plus {b} is {r}.",
        "subtract": "{a} minus {b} is {r}.",
        "greater": "{r} is greater.",
        "smaller": "{r} is smaller.",
    },
}

SPELLING_REQUESTS = {
    "vi": (
        "Thêm dấu cho câu sau: {text}",
        "Viết lại câu này có dấu đầy đủ: {text}",
        "Câu này mất dấu, bạn sửa giúp mình: {text}",
        "Điền dấu tiếng Việt vào câu: {text}",
    ),
    "en": (
        "Correct the spelling: {text}",
        "Mend the misspelt words in this sentence: {text}",
        "Please write this without mistakes: {text}",
        "There is a spelling mistake here. Correct it. {text}",
    ),
}
SPELLING_AGAIN = ("[Còn câu này|Thêm một câu nữa|Câu này nữa nhé]: {text}",)

STORY_REQUESTS = {
    "vi": (
        "Kể tiếp câu chuyện sau. {text}",
        "Viết đoạn kết cho câu chuyện này: {text}",
        "Chuyện gì xảy ra tiếp theo? {text}",
        "Đọc đoạn đầu rồi kể nốt giúp mình. {text}",
    ),
    "en": (
        "Continue this story. {text}",
        "Write an end to this story: {text}",
        "What happens next? {text}",
        "Read the beginning and tell the rest. {text}",
    ),
}
STORY_AGAIN = ("[Rồi sao nữa?|Kể tiếp đi.|Kết thúc thế nào?]",)

TRANSLATION_REQUESTS = {
    "vi": (
        "Dịch sang tiếng Việt: {text}",
        "Câu này nghĩa là gì: {text}",
        "Nói bằng tiếng Việt thế nào: {text}",
        "Chuyển câu tiếng Anh này sang tiếng Việt: {text}",
    ),
    "en": (
        "Translate into English: {text}",
        "What does this mean in English? {text}",
        "Say this in English: {text}",
        "Put this Vietnamese sentence into English: {text}",
    ),
}
TRANSLATION_AGAIN = ("[Còn câu này|Thế câu này|Dịch thêm câu này]: {text}",)

# The same sentence in both languages; slots are columns of the tables in `things`.
THING_SENTENCES = (
    ("{Thing} is made of {material}.", "{Thing} làm bằng {material}."),
    ("{Thing} stands {place}.", "{Thing} nằm {place}."),
    ("{Thing} has {feature}.", "{Thing} có {feature}."),
    ("People use {thing} to {use}.", "Người ta dùng {thing} để {use}."),
)
CREATURE_SENTENCES = (
    ("{Thing} eats {food}.", "{Thing} ăn {food}."),
    ("{Thing} lives {home}.", "{Thing} sống {home}."),
    ("{Thing} {habit}.", "{Thing} {habit}."),
)
THING_QUESTIONS = {
    "vi": (
        ("{Thing} dùng để làm gì?", "{Thing} dùng để {use}."),
        ("{Thing} làm bằng gì?", "{Thing} làm bằng {material}."),
        ("Người ta thường để {thing} ở đâu?", "Thường để {place}."),
        ("Tả {thing} trong một câu.", "{Thing} làm bằng {material}, có {feature}, dùng để {use}."),
    ),
    "en": (
        ("What is {thing} used for?", "It is used to {use}."),
        ("What is {thing} made of?", "It is made of {material}."),
        ("Where does one keep {thing}?", "One keeps it {place}."),
        ("Describe {thing} in one sentence.", "It is made of {material}, has {feature} and is used to {use}."),
    ),
}
CREATURE_QUESTIONS = {
    "vi": (
        ("{Thing} ăn gì?", "{Thing} ăn {food}."),
        ("{Thing} sống ở đâu?", "{Thing} sống {home}."),
        ("{Thing} có thói quen gì?", "{Thing} hay {habit}."),
        ("Tả {thing} trong một câu.", "{Thing} sống {home}, ăn {food}, hay {habit}."),
    ),
    "en": (
        ("What does {thing} eat?", "It eats {food}."),
        ("Where does {thing} live?", "It lives {home}."),
        ("What does {thing} do?", "It {habit}."),
        ("Describe {thing} in one sentence.", "It lives {home}, eats {food} and {habit}."),
    ),
}
THING_FOLLOW_UPS = (
    ("Nó làm bằng gì?", "Nó làm bằng {material}."),
    ("Thường để nó ở đâu?", "Thường để nó {place}."),
    ("Nó có gì đặc biệt?", "Nó có {feature}."),
)
CREATURE_FOLLOW_UPS = (
    ("Nó sống ở đâu?", "Nó sống {home}."),
    ("Nó ăn gì?", "Nó ăn {food}."),
    ("Trông nó thế nào?", "Nó có {feature}."),
)

# Kinds of things to list: the list in `dialogue_lines.WORDS` and its name in each language.
LISTED = {
    "fruit": ("loại quả", "fruits"),
    "vegetable": ("loại rau củ", "vegetables"),
    "drink": ("thứ đồ uống", "drinks"),
    "dish": ("món ăn", "dishes"),
    "animal": ("con vật", "animals"),
    "colour": ("màu", "colours"),
    "job": ("nghề", "jobs"),
    "game": ("môn thể thao", "sports"),
    "vehicle": ("loại xe", "vehicles"),
}
NUMBERS = {"vi": {2: "hai", 3: "ba", 4: "bốn"}, "en": {2: "two", 3: "three", 4: "four"}}
LIST_REQUESTS = {
    "vi": (
        "Kể tên {number} {kind}.",
        "Cho mình ví dụ về {number} {kind}.",
        "Bạn nêu {number} {kind} được không?",
        "Liệt kê {number} {kind} giúp mình.",
    ),
    "en": (
        "Name {number} {kind}.",
        "Give me {number} examples of {kind}.",
        "Can you list {number} {kind}?",
        "I need {number} {kind}. Which come to mind?",
    ),
}
LIST_AGAIN = ("[Kể thêm {number} {kind} khác đi.|Cho thêm {number} {kind} nữa.|Còn {number} {kind} nào khác không?]",)
LIST_IN_ENGLISH = ("[Cái đầu tiên tiếng Anh gọi là gì?|Tiếng Anh gọi thứ đầu tiên là gì?]",)
ODD_ONE_OUT = {
    "vi": ("Từ nào không cùng nhóm: {text}?", "Trong các từ sau, từ nào khác loại: {text}?"),
    "en": ("Which word does not belong: {text}?", "Find the odd one out: {text}."),
}
ODD_ANSWER = {"vi": "{Odd}, vì các từ còn lại đều là {kind}.", "en": "{Odd}, because the others are {kind}."}

SMALL_TALK = {
    "vi": (
        ("[Chào bạn!|Xin chào!|Chào buổi sáng!]", "Chào bạn! [Mình giúp gì được cho bạn?|Bạn muốn hỏi gì?]"),
        (
            "[Bạn là ai?|Bạn tên là gì?|Giới thiệu về bạn đi.]",
            "Mình là VinaSmol, một mô hình ngôn ngữ nhỏ [biết tiếng Việt và tiếng Anh|trả lời bằng tiếng Việt và tiếng Anh].",
        ),
        ("[Bạn nói được tiếng gì?|Bạn biết những thứ tiếng nào?]", "Mình nói được tiếng Việt và tiếng Anh."),
        ("[Cảm ơn bạn!|Cảm ơn nhé!|Cảm ơn bạn nhiều.]", "[Không có gì đâu!|Không có gì, chúc bạn một ngày vui!]"),
    ),
    "en": (
        ("[Hello!|Good morning!|Hi there!]", "Hello! [How can I help you?|What would you like to know?]"),
        (
            "[Who are you?|What is your name?|Tell me about yourself.]",
            "I am VinaSmol, a small language model [that knows English and Vietnamese|that answers in English and Vietnamese].",
        ),
        ("[Which languages do you speak?|What languages do you know?]", "I speak English and Vietnamese."),
        ("[Thank you!|Thanks a lot!|Many thanks.]", "[You are welcome!|Not at all, have a nice day!]"),
    ),
}
THANKS = ("[Cảm ơn bạn!|Cảm ơn nhé!|Mình hiểu rồi, cảm ơn bạn.]", "[Không có gì đâu!|Không có gì, chúc bạn học vui!]")
