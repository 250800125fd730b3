# ruff: noqa: E501 (a line of a dialogue stays on one line)
"""What people say to each other: scenes of exchanges in both languages, and the words for their slots.

A scene is a relation between speakers A and B and exchanges, each a Vietnamese and an English
pattern that say the same. `{S}` is what the elder A is called, `{J}` the younger B; among peers
both say `{I}` and `{you}`. `{A}` and `{B}` are names. Every other slot is a list of `WORDS`.
"""

# For each relation: what A is called, what B is called, and A's title or role in English.
RELATIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "elder": (
        ("cô", "cháu", "Mrs"),
        ("chú", "cháu", "Mr"),
        ("bác", "cháu", "Mrs"),
        ("chị", "em", "Miss"),
        ("anh", "em", "Mr"),
    ),
    "teacher": (("cô", "em", "Mrs"), ("thầy", "em", "Mr"), ("cô", "con", "Mrs"), ("thầy", "con", "Mr")),
    "doctor": (("bác sĩ", "cháu", "Doctor"), ("bác sĩ", "em", "Doctor"), ("bác sĩ", "tôi", "Doctor")),
    "family": (
        ("mẹ", "con", "Mother"),
        ("bố", "con", "Father"),
        ("bà", "cháu", "Grandmother"),
        ("ông", "cháu", "Grandfather"),
        ("dì", "cháu", "Aunt"),
        ("cậu", "cháu", "Uncle"),
    ),
    "peers": (("tớ", "cậu", ""), ("mình", "bạn", ""), ("tôi", "bạn", "")),
}

# Given names that nobody in the world bears, written alike in both languages.
NAMES = "Hoa|Minh|Vy|Thanh|Sen|Na|Kha|Thoa|Vui|Nghi|Xoan|Sang|Danh|Phi|Ly|Bi|Tin|Gia|Thi|Cam"

# Slots: "Vietnamese = English", parted by bars.
WORDS: dict[str, str] = {
    "fruit": "xoài = mangoes|ổi = guavas|cam = oranges|chuối = bananas|nhãn = longans|vải = lychees|bưởi = pomelos|dưa hấu = watermelons|thanh long = dragon fruits|mận = plums|đu đủ = papayas|chôm chôm = rambutans|mít = jackfruits|na = custard apples",
    "vegetable": "rau muống = water spinach|cà chua = tomatoes|bí đỏ = pumpkin|bắp cải = cabbage|cà rốt = carrots|khoai lang = sweet potatoes|dưa chuột = cucumbers|đậu que = green beans|rau cải = mustard greens|mướp = gourds|hành lá = spring onions|củ cải = radishes",
    "meat": "thịt gà = chicken|thịt bò = beef|cá chép = carp|tôm = shrimps|thịt lợn = pork|cua đồng = field crabs|mực = squid|trứng vịt = duck eggs|đậu phụ = tofu|cá thu = mackerel",
    "dish": "canh chua = sour soup|phở bò = beef noodle soup|cơm rang = fried rice|chè sen = sweet lotus soup|cá kho = braised fish|gà luộc = boiled chicken|bún riêu = crab noodle soup|cháo đậu = bean porridge|lẩu cá = fish hotpot|xôi gấc = red sticky rice|miến gà = chicken with glass noodles|súp ngô = sweetcorn soup|đậu sốt cà chua = tofu in tomato sauce",
    "drink": "nước chanh = lemonade|trà đá = iced tea|nước dừa = coconut water|sữa đậu nành = soy milk|nước cam = orange juice|cà phê sữa = coffee with milk|trà sen = lotus tea|nước mía = sugar cane juice",
    "price": "12 nghìn đồng = 12 thousand dong|15 nghìn đồng = 15 thousand dong|18 nghìn đồng = 18 thousand dong|20 nghìn đồng = 20 thousand dong|25 nghìn đồng = 25 thousand dong|28 nghìn đồng = 28 thousand dong|30 nghìn đồng = 30 thousand dong|35 nghìn đồng = 35 thousand dong|40 nghìn đồng = 40 thousand dong|45 nghìn đồng = 45 thousand dong|60 nghìn đồng = 60 thousand dong|80 nghìn đồng = 80 thousand dong",
    "few": "hai = two|ba = three|bốn = four|năm = five|sáu = six|bảy = seven",
    "hour": "bảy giờ = seven o'clock|tám giờ = eight o'clock|chín giờ = nine o'clock|hai giờ chiều = two in the afternoon|ba giờ chiều = three in the afternoon|năm giờ = five o'clock|sáu giờ tối = six in the evening|bảy rưỡi = half past seven|tám rưỡi = half past eight|mười giờ kém mười = ten to ten",
    "day": "thứ hai = Monday|thứ ba = Tuesday|thứ tư = Wednesday|thứ năm = Thursday|thứ sáu = Friday|thứ bảy = Saturday|chủ nhật = Sunday",
    "clothes": "áo len = sweater|áo sơ mi = shirt|váy hoa = flowered dress|quần dài = pair of trousers|áo khoác = coat|mũ rơm = straw hat|khăn quàng = scarf|đôi dép = pair of sandals|đôi giày vải = pair of canvas shoes|áo mưa = raincoat|áo dài = long silk dress",
    "colour": "đỏ = red|xanh lam = blue|xanh lá = green|vàng = yellow|trắng = white|nâu = brown|tím = purple|hồng = pink|đen = black|xám = grey",
    "lesson": "bài thơ = poem|bài toán = sum|bài tập đọc = reading passage|bản đồ = map|bài văn = essay|bảng cửu chương = times table|bài vẽ = drawing|bài hát = song|bài chính tả = dictation",
    "animal": "con mèo = cat|con chó = dog|con thỏ = rabbit|con vẹt = parrot|con rùa = turtle|con gà con = chick|con cá vàng = goldfish|con dê = goat|con trâu = buffalo|con vịt = duck|con sóc = squirrel",
    "illness": "đau đầu = a headache|đau bụng = a stomach ache|ho nhiều = a bad cough|sốt nhẹ = a slight fever|đau họng = a sore throat|đau răng = a toothache|sổ mũi = a runny nose|đau lưng = a pain in the back|chóng mặt = dizzy spells",
    "place": "nhà ga = railway station|bưu điện = post office|chợ cá = fish market|trường tiểu học = primary school|bệnh viện = hospital|công viên = park|ngôi chùa cổ = old pagoda|bến xe = bus station|sân bóng = football ground|nhà hát = theatre|hồ bơi = swimming pool|bảo tàng = museum|hiệu sách = bookshop|bể cá = aquarium",
    "landmark": "cây đa to = big banyan tree|cái giếng = well|tiệm bánh = bakery|cột đèn = lamp post|cây cầu gỗ = wooden bridge|hàng dừa = row of coconut palms|quán cà phê = coffee house|cổng đá = stone gate|tháp nước = water tower|bức tường gạch = brick wall|vườn hồng = rose garden",
    "weather": "mưa to = heavy rain|nắng gắt = glaring sunshine|sương mù = fog|gió lạnh = a cold wind|mưa phùn = drizzle|dông = a thunderstorm|nắng nóng = sultry heat|gió bấc = a north wind|bão = a typhoon|mưa đá = hail",
    "season": "mùa xuân = spring|mùa hè = summer|mùa thu = autumn|mùa đông = winter",
    "vehicle": "xe buýt = bus|tàu hỏa = train|xe máy = motorbike|xe đạp = bicycle|xe khách = coach|tắc xi = taxi|xe lam = three-wheeler|xe điện = tram",
    "town": "Hội An = Hoi An|Huế = Hue|Đà Lạt = Da Lat|Sa Pa = Sa Pa|Nha Trang = Nha Trang|Cần Thơ = Can Tho|Hạ Long = Ha Long|Mỹ Tho = My Tho|Ninh Bình = Ninh Binh|Vũng Tàu = Vung Tau",
    "book": "truyện cổ tích = fairy tales|sách nấu ăn = cookery|truyện tranh = comics|sách về biển = the sea|truyện ma = ghosts|sách về các loài chim = birds|sách về các vì sao = the stars|tiểu thuyết = novels|sách làm vườn = gardening|truyện cười = jokes",
    "chore": "quét sân = sweep the yard|rửa bát = wash the dishes|phơi quần áo = hang out the washing|tưới cây = water the plants|lau nhà = mop the floor|gấp chăn = fold the blankets|nhặt rau = trim the vegetables|cho gà ăn = feed the hens|đổ rác = take out the rubbish|xếp lại giá sách = tidy the bookshelf",
    "game": "bóng đá = football|cầu lông = badminton|bóng bàn = table tennis|cờ tướng = chess|bơi = swimming|nhảy dây = skipping|bóng rổ = basketball|đá cầu = shuttlecock kicking|chạy bộ = running|leo núi = climbing",
    "lost": "cái ô = umbrella|chiếc ví = wallet|chùm chìa khóa = bunch of keys|cái cặp = school bag|cặp kính = pair of glasses|chiếc đồng hồ = watch|quyển vở = notebook|cái mũ = hat|chiếc khăn = scarf|bình nước = water bottle",
    "gift": "bó hoa = bunch of flowers|hộp bút màu = box of crayons|con diều = kite|cái đèn lồng = lantern|quyển truyện = storybook|chậu cây nhỏ = little pot plant|hộp bánh = box of cakes|bức tranh = picture|quả bóng = ball|đôi găng tay = pair of gloves",
    "plant": "cây ớt = chilli plant|cây chanh = lemon tree|khóm hồng = rose bush|cây xoài = mango tree|giàn mướp = gourd trellis|luống rau = vegetable bed|cây mai = apricot tree|bụi chuối = banana clump|cây khế = star fruit tree|giàn hoa giấy = bougainvillea",
    "job": "thợ mộc = carpenter|y tá = nurse|phi công = pilot|đầu bếp = cook|ngư dân = fisherman|họa sĩ = painter|kỹ sư = engineer|thợ may = tailor|ca sĩ = singer|nhà báo = journalist|lính cứu hỏa = firefighter",
    "thing": "cái quạt = fan|cái ti vi = television|bóng đèn = light bulb|vòi nước = tap|cái khóa cửa = door lock|nồi cơm điện = rice cooker|cái tủ lạnh = fridge|xe đạp = bicycle|cái máy giặt = washing machine|cái đài = radio",
    "mood": "vui = happy|lo = worried|mệt = tired|buồn = sad|hồi hộp = excited|ngạc nhiên = surprised|bận = busy|đói = hungry",
    "kin": "chị gái = elder sister|anh trai = elder brother|em gái = younger sister|em trai = younger brother|cô út = youngest aunt|chú Tư = uncle|bà nội = grandmother|ông ngoại = grandfather",
    "petname": "Mực = Inky|Bông = Cotton|Vừng = Sesame|Mướp = Tabby|Ki = Kiki|Đốm = Spot|Mít = Jack|Lửa = Blaze|Tuyết = Snow",
    "pot": "lọ hoa = vase|chậu nước = basin|cái ấm = teapot|hũ mắm = jar of fish sauce|chồng bát = pile of bowls|chum gạo = rice jar",
    "portion": "bát = bowl|đĩa = plate|phần = helping",
    "bug": "bọ rùa = ladybird|châu chấu = grasshopper|sâu = caterpillar|chuồn chuồn = dragonfly|ốc sên = snail|dế = cricket",
}

Exchange = tuple[str, str]

SCENES: dict[str, tuple[str, tuple[Exchange, ...]]] = {
    "market": (
        "elder",
        (
            (
                "A: [Mua gì|Hôm nay ăn gì|Lấy gì] đi {J}, [hàng mới về|{fruit} vừa hái] sáng nay đấy.\nB: Dạ, {S} ơi, {fruit} bán thế nào ạ?\nA: {price} một cân, [ngọt lắm|ăn thử đi].",
                "A: What [would you like|can I get you] today? [Everything came in|The {fruit} were picked] this morning.\nB: How much are the {fruit}, please?\nA: {price} a kilo, and [very sweet|do taste one].",
            ),
            (
                "B: [Sao {vegetable} hôm nay đắt thế ạ|Hôm qua {vegetable} rẻ hơn mà {S}]?\nA: Mấy hôm nay {weather}, [rau về ít lắm|người ta hái được ít] {J} à.",
                "B: Why [is the price of {vegetable} so high|do you ask so much for the {vegetable}] today?\nA: We have had {weather} for days, so [little comes in|there was not much to pick].",
            ),
            (
                "B: {S} bớt cho {J} [một chút|ít tiền] được không? {J} mua {few} cân {meat} cơ mà.\nA: Thôi được, [lấy {price}|{S} bớt cho {price}], coi như mở hàng.",
                "B: Could you [come down a little|make it cheaper]? I am taking {few} kilos of the {meat}, after all.\nA: All right, [take it for {price}|I will say {price}], since you are the first today.",
            ),
            (
                "B: {J} định nấu {dish} cho {few} người, [nên mua thêm gì|còn thiếu gì] hả {S}?\nA: Thế thì lấy thêm {vegetable} với một ít {vegetable2} [cho ngọt nước|cho đủ vị].",
                "B: I want to cook {dish} for {few} people. What [else do I need|is still missing]?\nA: Then take some {vegetable} and a little {vegetable2} [to make it sweeter|for the taste].",
            ),
            (
                "A: {J} có [mang túi|đem làn] theo không, hay để {S} gói {vegetable} vào lá chuối?\nB: {J} có [cái làn {colour}|cái túi vải {colour}] đây rồi, cảm ơn {S} ạ.",
                "A: Did you bring [a bag|a basket], or shall I wrap the {vegetable} in banana leaves?\nB: I have my {colour} [basket|cloth bag] with me, thank you.",
            ),
        ),
    ),
    "clothes": (
        "elder",
        (
            (
                "B: {S} ơi, [cửa hàng mình|ở đây] có {clothes} màu {colour} không ạ?\nA: Màu {colour} thì [hết rồi|vừa bán hết hôm {day}], còn màu {colour2} [đẹp lắm|hợp với {J} đấy].",
                "B: Excuse me, do you have a {colour} {clothes}?\nA: The {colour} ones [are sold out|were gone by {day}], but the {colour2} one is [lovely|just right for you].",
            ),
            (
                "A: {J} mặc thử {clothes} này xem, [phòng thử ở sau rèm|gương ở trong kia].\nB: Vừa người nhưng [tay hơi dài|hơi chật] {S} ạ. Có cái nào [to|nhỏ] hơn không?",
                "A: Try this {clothes} on, [the room is behind the curtain|there is a mirror inside].\nB: It fits, but it is [a bit long|rather tight]. Is there one that is [larger|smaller]?",
            ),
            (
                "B: Cái này bao nhiêu tiền hả {S}? {J} mua tặng {kin} nhân [sinh nhật|đám cưới|tân gia].\nA: {price} thôi, [{S} gói giấy {colour} cho|{S} buộc nơ {colour} cho].",
                "B: How much is it? It is a present for my {kin}, for [a birthday|a wedding|a new house].\nA: Only {price}, and I will [wrap it in {colour} paper|tie it with a {colour} ribbon].",
            ),
            (
                "A: [Mùa này|Trời này] người ta hay mua {clothes}, vì [sáng ra|tối đến] có {weather}.\nB: Đúng thế ạ, {kin} {J} cũng đang [tìm một cái|cần một cái].",
                "A: [At this time of year|With this weather] people buy a {clothes}, because of {weather} [in the morning|at night].\nB: True, my {kin} is [looking for|in need of] one too.",
            ),
            (
                "B: Hôm {day} {J} mua {clothes} ở đây, về nhà thấy [đứt một cái cúc|tuột chỉ].\nA: Để {S} [khâu lại|đổi cái khác] ngay, {J} ngồi đợi [một lát|uống cốc {drink} đã].",
                "B: On {day} I bought a {clothes} here, and at home I saw that [a button was off|a seam was open].\nA: I will [mend it|change it] at once. Sit down [for a while|and have some {drink}].",
            ),
        ),
    ),
    "classroom": (
        "teacher",
        (
            (
                "A: {B}, {J} [đọc to|chép] {lesson} [trên bảng|ở trang sau] cho cả lớp nghe nào.\nB: Thưa {S}, {J} [quên kính ở nhà nên nhìn không rõ|để vở ở nhà nên chưa làm được] ạ.",
                "A: {B}, please [read out|go through] the {lesson} [on the board|on the next page] for the class.\nB: I am sorry, {A}, I left my [glasses at home and cannot see it well|notebook at home and have not done it].",
            ),
            (
                "B: Thưa {S}, {lesson} hôm nay [khó quá|dài quá], {J} làm mãi chưa xong.\nA: {J} [bình tĩnh|chịu khó] làm từng bước, chỗ nào chưa hiểu thì {S} giảng lại {few} lần cũng được.",
                "B: {A}, today's {lesson} is too [hard|long], I have tried for ages.\nA: Go [calmly|patiently] step by step. Where you do not understand I will explain it {few} times if need be.",
            ),
            (
                "A: {day} này lớp mình đi thăm {place}, các {J} nhớ [mang mũ|mang nước] và đến trước {hour} nhé.\nB: Chúng {J} đi bằng {vehicle} hay đi bộ hả {S}?",
                "A: This {day} our class will visit the {place}. Remember to bring [a hat|water] and be here before {hour}.\nB: Are we going by {vehicle}, or on foot, {A}?",
            ),
            (
                "A: [Lớn lên|Sau này] {J} muốn làm nghề gì, {B}?\nB: {J} muốn làm {job} như {kin}, vì [nghề ấy giúp được nhiều người|{J} thích làm việc với đôi tay].",
                "A: What would you like to be [when you grow up|later on], {B}?\nB: A {job} like my {kin}, because [that helps many people|I like to work with my hands].",
            ),
            (
                "B: {J} xin phép {S} cho {J} nghỉ [buổi học {day}|chiều {day}], nhà {J} có [đám cưới {kin}|giỗ].\nA: Được, nhưng {J} nhớ [mượn vở|hỏi bài] bạn {name} về {lesson} nhé.",
                "B: {A}, may I stay away [on {day}|on {day} afternoon]? There is [my {kin}'s wedding|a feast] at home.\nA: Yes, but remember to [borrow notes from|ask] {name} about the {lesson}.",
            ),
        ),
    ),
    "dinner": (
        "family",
        (
            (
                "A: {J} ơi, [rửa tay|dọn mâm] đi rồi vào ăn cơm, {dish} [nguội|chín] rồi đây này.\nB: Vâng ạ, {J} [làm xong {lesson}|cho {animal} ăn xong] là vào ngay.",
                "A: [Wash your hands|Lay the table], {B}, the {dish} is [getting cold|ready].\nB: I am coming as soon as I have [finished the {lesson}|fed the {animal}].",
            ),
            (
                "B: {dish} hôm nay ngon quá, {S} [nấu với gì|cho thêm gì] thế ạ?\nA: {S} cho [thêm {vegetable}|ít {meat}] với mấy lát gừng, [{J} ăn thêm bát nữa|ăn nhiều vào] nhé.",
                "B: The {dish} is so good today. What did you [cook it with|add]?\nA: [More {vegetable}|A little {meat}] and some slices of ginger. [Have another bowl|Eat plenty].",
            ),
            (
                "A: Ở trường hôm nay có gì [vui|mới] không, kể {S} nghe xem.\nB: Dạ, bạn {name} mang {animal} đến lớp, cả lớp [cười ầm|tròn mắt] lên ạ.",
                "A: Was there anything [funny|new] at school today?\nB: Yes, {name} brought a {animal} to class, and everybody [burst out laughing|stared].",
            ),
            (
                "B: {S} ơi, [mai|{day} này] nhà mình ăn {dish2} được không, lâu rồi {J} chưa được ăn.\nA: Được chứ, sáng sớm {S} ra chợ mua {meat} với {vegetable}, {J} [đi cùng|xách làn] nhé.",
                "B: Can we have {dish2} [tomorrow|on {day}]? I have not had any for so long.\nA: Of course. I will go to market early for {meat} and {vegetable}, and you [come along|carry the basket].",
            ),
            (
                "A: {J} [nhường|gắp] cho em miếng {meat}, rồi uống {drink} sau nhé.\nB: Dạ, em [ăn no|buồn ngủ] rồi, nó chỉ đòi {fruit} thôi {S} ạ.",
                "A: [Leave|Pass] your little brother a piece of {meat}, and have your {drink} later.\nB: He is [full|sleepy] already, he only wants {fruit}.",
            ),
        ),
    ),
    "doctor": (
        "doctor",
        (
            (
                "A: Chào {B}, [hôm nay|dạo này] thấy trong người thế nào?\nB: Thưa {S}, {J} bị {illness} từ [hôm {day}|{few} hôm nay], [ăn không ngon|khó ngủ] lắm.",
                "A: Hello, {B}, how have you been feeling [today|lately]?\nB: I have had {illness} [since {day}|for {few} days], Doctor, and I cannot [eat|sleep] well.",
            ),
            (
                "A: [Há miệng|Hít sâu] ra nào, [cổ hơi đỏ|phổi vẫn tốt]. Trước đó có [ăn gì lạ|dầm mưa] không?\nB: Có, hôm {day} {J} đi {vehicle} về thì gặp {weather}.",
                "A: [Open your mouth|Breathe deeply]. The [throat is a bit red|lungs are fine]. Did you [eat anything strange|get wet] before that?\nB: Yes, on {day} on my way home by {vehicle} there was {weather}.",
            ),
            (
                "A: Thuốc này uống mỗi ngày {few} lần, [sau bữa ăn|trước khi ngủ], liền trong {few2} ngày.\nB: Thế {J} có phải kiêng {meat} [hay {drink}|không] ạ?",
                "A: Take this {few} times a day, [after meals|before sleep], for {few2} days.\nB: Do I have to keep away from {meat} [or {drink}|as well]?",
            ),
            (
                "B: {S} ơi, {kin} {J} cũng bị {illness}, có [lây|sao] không ạ?\nA: Không sao, cứ [rửa tay thường xuyên|uống nhiều nước ấm], ăn thêm {fruit} là đỡ.",
                "B: My {kin} has {illness} too. Is it [catching|serious]?\nA: No need to worry. [Wash your hands often|Drink plenty of warm water] and eat more {fruit}.",
            ),
            (
                "A: {day} tới nhớ [quay lại|đến khám lại] lúc {hour} nhé.\nB: Vâng, {J} sẽ [đi {vehicle} đến|nhờ {kin} đưa đến]. Cảm ơn {S} [nhiều|đã khám kỹ].",
                "A: Please [come back|come for a second look] next {day} at {hour}.\nB: I will, [by {vehicle}|with my {kin}]. Thank you [so much|for taking your time].",
            ),
        ),
    ),
    "bus": (
        "elder",
        (
            (
                "B: {S} ơi, [xe này|chuyến này] có đi qua {place} không ạ?\nA: Có, còn {few} bến nữa, [qua {landmark}|thấy {landmark}] thì {J} bấm chuông.",
                "B: Excuse me, does this [bus|one] go past the {place}?\nA: It does, {few} more stops. [After the|When you see the] {landmark}, ring the bell.",
            ),
            (
                "A: [Cho xem vé|Vé của {J} đâu] nào?\nB: Dạ đây, {J} mua [ở bến|từ hôm {day}], hết {price}. Mấy giờ thì xe tới {town} ạ?\nA: Chừng {hour}, nếu [đường không tắc|không gặp {weather}].",
                "A: [Show me your ticket|Where is your ticket], please?\nB: Here, I bought it [at the station|on {day}] for {price}. When do we reach {town}?\nA: About {hour}, [if the road is clear|unless there is {weather}].",
            ),
            (
                "B: Mời {S} ngồi chỗ {J} cho [đỡ mỏi chân|khỏi xóc], {J} đứng được ạ.\nA: Cảm ơn {J}, {S} mang {few} cân {fruit} [cho {kin}|ra chợ] nên hơi nặng.",
                "B: Please take my seat [and rest your legs|where it shakes less], I can stand.\nA: Thank you. I have {few} kilos of {fruit} here [for my {kin}|for the market], and they are heavy.",
            ),
            (
                "A: Ai [để quên|bỏ lại] {lost} màu {colour} trên ghế [sau|trước] thế này?\nB: Ôi, của {J} đấy ạ, [may quá|suýt nữa thì mất], {J} cảm ơn {S}.",
                "A: Who [forgot|left] a {colour} {lost} on the [back|front] seat?\nB: Oh, that is mine! [What luck|I nearly lost it], thank you.",
            ),
            (
                "B: Sao hôm nay xe [chạy chậm|đông] thế hả {S}?\nA: Tại {weather} từ [sáng|đêm qua], mà {day} thì ai cũng [về quê|đi {town}].",
                "B: Why is the bus so [slow|full] today?\nA: Because of {weather} since [morning|last night], and on {day} everybody [goes home|travels to {town}].",
            ),
        ),
    ),
    "phone": (
        "peers",
        (
            (
                "A: A lô, {B} đấy à? [Chiều {day}|{day} này] {you} có rảnh không?\nB: {I} rảnh từ {hour}. [Có chuyện gì|Định rủ {I} đi đâu] thế, {A}?",
                "A: Hello, is that {B}? Are you free [on {day} afternoon|this {day}]?\nB: I am, from {hour} on. [What is it about|Where shall we go], {A}?",
            ),
            (
                "A: {I} có {few} vé vào {place}, {you} [đi cùng|rủ thêm {name}] nhé.\nB: Thích quá, để {I} hỏi {kin} đã, [tối {I} gọi lại|nhắn cho {you} sau].",
                "A: I have {few} tickets for the {place}. [Come with me|Bring {name} along].\nB: Lovely! Let me ask my {kin} and [call you tonight|send you a message].",
            ),
            (
                "B: [Nói to lên|Gì cơ], {I} đang ở {place}, [ồn quá|sóng yếu] nghe không rõ.\nA: {I} bảo là {you} mang trả {I} {lost} màu {colour} nhé!",
                "B: [Speak up|Pardon], I am at the {place}, and it is [too noisy|a poor line].\nA: I said, please bring back my {colour} {lost}!",
            ),
            (
                "A: Mình hẹn nhau ở {landmark}, [ngay cạnh|đối diện] {place}, lúc {hour} nhé.\nB: Ừ, nếu {weather} thì [vào {place2} đợi|để hôm khác] vậy.",
                "A: Let us meet by the {landmark}, [right beside|across from] the {place}, at {hour}.\nB: Fine, and if there is {weather}, we [wait in the {place2}|choose another day].",
            ),
            (
                "A: {you} đã [làm xong|chép] {lesson} cho {day} chưa?\nB: Rồi, {I} mất {few} tiếng, chỗ cuối [khó thật|phải nhờ {kin} giảng].",
                "A: Have you [finished|copied] the {lesson} for {day} yet?\nB: Yes, it took me {few} hours, and the end [is hard|needed my {kin}'s help].",
            ),
        ),
    ),
    "weather": (
        "peers",
        (
            (
                "A: [Sáng ra|Nhìn trời kìa], lại {weather} rồi, {you} có mang {clothes} không?\nB: Có, nghe đài báo từ [tối qua|hôm {day}] nên {I} [chuẩn bị sẵn|để trong cặp].",
                "A: [What a morning|Look at the sky], {weather} again! Did you bring a {clothes}?\nB: I did. The radio said so [last night|on {day}], so I [was prepared|put it in my bag].",
            ),
            (
                "A: {you} thích {season} hay {season2} hơn?\nB: {I} thích {season}, vì [được ăn {fruit}|có nhiều {fruit}] và tối [ngồi ngoài hiên|đi dạo quanh {place}] rất dễ chịu.",
                "A: Which do you like better, {season} or {season2}?\nB: {season}, because [we eat|there are plenty of] {fruit}, and in the evening [one sits on the porch|walks near the {place} are pleasant].",
            ),
            (
                "B: Ở {town} dạo này [thời tiết thế nào|có mưa không] hả {A}?\nA: {weather} suốt {few} ngày, [đường ngập|{vehicle} phải nghỉ], hôm nay mới hửng.",
                "B: How is the weather in {town} [these days|now], {A}?\nA: We had {weather} for {few} days, [the streets were flooded|no {vehicle} was running], and only today it cleared.",
            ),
            (
                "A: Đừng [trú dưới|đứng gần] {landmark}, có {weather} thì [nguy hiểm|ướt hết] đấy.\nB: Vậy [chạy vào|mình vào] {place} đi, đợi tạnh rồi [về|uống {drink}].",
                "A: Do not [shelter|stand] by the {landmark}, with {weather} it is [dangerous|no use].\nB: Then let us [run|go] into the {place} and wait, and [go home later|have some {drink}].",
            ),
            (
                "B: [Sau|Hết] {weather} là {plant} nhà {I} [gãy mất mấy cành|rụng đầy lá].\nA: Tiếc nhỉ, [{day}|mai] {I} sang [chống lại|dọn] giúp {you}.",
                "B: [After|Since] {weather}, our {plant} has [lost some branches|dropped its leaves].\nA: What a pity! I will come [on {day}|tomorrow] and help you to [prop it up|clear up].",
            ),
        ),
    ),
    "way": (
        "elder",
        (
            (
                "B: {S} làm ơn cho {J} hỏi, [đường nào|lối nào] đến {place} ạ?\nA: {J} đi thẳng, qua {landmark} thì rẽ [trái|phải], đi chừng {few} trăm mét nữa.",
                "B: Excuse me, which is the way to the {place}, please?\nA: Straight on, turn [left|right] after the {landmark}, then about {few} hundred metres.",
            ),
            (
                "B: Đi bộ [có xa|mất bao lâu] không {S}, hay {J} nên đi {vehicle}?\nA: Không xa đâu, [{few} phút|qua {few} ngã tư] là tới, đi {vehicle} còn [lâu hơn|phải vòng].",
                "B: Is it [far|long] on foot, or should I take a {vehicle}?\nA: Not at all, [{few} minutes|{few} crossings]. By {vehicle} it [takes longer|is a long way round].",
            ),
            (
                "A: {J} [ở xa đến|lần đầu đến đây] phải không?\nB: Dạ, {J} từ {town} ra thăm {kin}, nhà ở [cạnh|sau] {landmark} có cổng {colour}.",
                "A: You [come from far away|are here for the first time], are you not?\nB: Yes, from {town}, to see my {kin}, whose house [beside|behind] the {landmark} has a {colour} gate.",
            ),
            (
                "B: {J} đi mãi [vẫn chưa thấy|mà không gặp] {landmark}, chắc [lạc rồi|nhầm đường] {S} ạ.\nA: {J} đi quá rồi, quay lại {place}, [hỏi người gác cổng|đi theo hàng rào {colour}].",
                "B: I walked and walked [without finding|and never saw] the {landmark}. I must be [lost|on the wrong road].\nA: You went too far. Go back to the {place} and [ask the guard|follow the {colour} fence].",
            ),
            (
                "A: {S} cũng [đi về phía ấy|ra {place}], {J} đi cùng cho vui.\nB: Thế thì [may quá|tốt quá], để {J} xách {gift} giúp {S}.",
                "A: I am going [that way|to the {place}] too, come along.\nB: How [lucky|kind]! Let me carry the {gift} for you.",
            ),
        ),
    ),
    "library": (
        "elder",
        (
            (
                "B: Chào {S}, {J} muốn [mượn|tìm] {book}, loại có [tranh màu|bìa {colour}] ạ.\nA: Ở giá thứ {few}, [gần cửa sổ|bên tay phải], {J} [chọn đi|cứ tự nhiên].",
                "B: Good day, I would like to [borrow|find] a book on {book}, with [pictures|a {colour} cover].\nA: On shelf {few}, [near the window|on the right]. [Take your pick|Help yourself].",
            ),
            (
                "B: {J} được mượn [mấy cuốn|bao lâu] ạ?\nA: {few} cuốn trong {few2} ngày, [trả trước {day}|quá hạn thì nộp {price}].",
                "B: [How many|For how long] may I borrow?\nA: {few} books for {few2} days, [back before {day}|and {price} if you are late].",
            ),
            (
                "A: Cuốn này [hay lắm|mới về], kể về một {job} nuôi {animal} trong {place}.\nB: Nghe [lạ|thích] quá, {J} [đọc luôn ở đây|mượn về cho {kin} xem] được không?",
                "A: This one is [very good|new]. It tells of a {job} who kept a {animal} in a {place}.\nB: That sounds [strange|fun]. May I [read it here|take it home for my {kin}]?",
            ),
            (
                "B: {J} lỡ làm [ướt|rách] trang {few} vì {weather}, {J} xin lỗi {S}.\nA: Lần sau {J} [bọc|giữ] cẩn thận nhé, để {S} [dán|hong] lại là được.",
                "B: I [splashed|tore] page {few} because of {weather}. I am sorry.\nA: Please [cover|hold] it better next time. I will [mend|dry] it.",
            ),
            (
                "A: Suỵt, [nói nhỏ thôi|đi nhẹ thôi], có người đang [đọc|làm {lesson}] ở góc kia.\nB: Dạ vâng, {J} chỉ [hỏi|tìm] bạn {name}, bạn ấy hẹn {J} lúc {hour}.",
                "A: Hush, [speak softly|walk quietly], someone is [reading|busy with a {lesson}] over there.\nB: Yes, I am only [asking|looking] for {name}, who wanted to meet me at {hour}.",
            ),
        ),
    ),
    "tet": (
        "family",
        (
            (
                "A: Sắp Tết rồi, {J} giúp {S} [{chore}|lau bàn thờ] nhé.\nB: Vâng, xong rồi {S} cho {J} [gói bánh chưng|đi chợ hoa] với ạ.",
                "A: The New Year is near. Will you [{chore}|dust the altar] for me?\nB: Yes, and then let me [wrap rice cakes|go to the flower market] with you.",
            ),
            (
                "B: Năm mới {J} chúc {S} [mạnh khỏe|sống lâu], [vạn sự như ý|vui vẻ suốt năm] ạ!\nA: {S} mừng tuổi {J} {price}, chúc {J} [hay ăn chóng lớn|học giỏi], [đừng nghịch {animal}|ngoan với {kin}].",
                "B: Happy New Year! I wish you [good health|a long life] and [all you hope for|joy all year].\nA: Here are {price} of lucky money. [Grow fast|Study well] and [do not tease the {animal}|be good to your {kin}].",
            ),
            (
                "A: Nhà mình [mua cành đào|chọn chậu quất] hay [cành mai|chậu cúc] hả {J}?\nB: {J} thích [cành đào|cây quất] kia, [nhiều nụ|quả vàng óng], đặt cạnh [cửa sổ|bàn {colour}] là đẹp.",
                "A: Shall we [buy a peach branch|choose a kumquat tree] or [an apricot branch|chrysanthemums]?\nB: I like that [branch|tree] with [many buds|golden fruit]. It will look well by the [window|{colour} table].",
            ),
            (
                "B: Đêm giao thừa {J} thức [đến sáng|tới {hour}] với {S} được không?\nA: Được, mình vừa [trông nồi bánh|ăn {fruit}] vừa nghe {kin} kể chuyện [ngày xưa|{place}].",
                "B: May I stay up [all night|till {hour}] with you on New Year's Eve?\nA: You may. We will [watch the pot|eat {fruit}] while your {kin} tells stories of [old times|the {place}].",
            ),
            (
                "A: Mùng {few} nhà mình [về quê|đi {town} thăm {kin}], {J} xếp {clothes} vào túi đi.\nB: {J} mang thêm {gift} [tặng|biếu] {kin} nữa {S} nhé.",
                "A: On day {few} we [go to the village|leave for {town} to see your {kin}]. Pack your {clothes}.\nB: I will bring a {gift} for my {kin} too.",
            ),
        ),
    ),
    "trip": (
        "peers",
        (
            (
                "A: Hè này {you} định đi [đâu chơi|nghỉ ở đâu], {B}?\nB: {I} đi {town} {few} ngày với {kin}, [đi bằng {vehicle}|ở gần {place}].",
                "A: Where are you [going|staying] this summer, {B}?\nB: In {town}, {few} days with my {kin}, [by {vehicle}|near the {place}].",
            ),
            (
                "B: Nghe nói {town} có {place} [đẹp lắm|mới mở], [{you} đi chưa|có đáng xem không]?\nA: {I} đi {season} năm ngoái rồi, [đông|vắng] nhưng {dish} ở đó [ngon tuyệt|rẻ lắm].",
                "B: They say {town} has a [lovely|new] {place}. [Have you been|Is it worth a visit]?\nA: I went last {season}. It was [crowded|quiet], but their {dish} is [wonderful|cheap].",
            ),
            (
                "A: Nhớ mang [thuốc|{lost}] và {clothes}, trên ấy hay có {weather}.\nB: {I} ghi ra giấy {colour} rồi, còn [thiếu|quên] {gift} cho {name}.",
                "A: Remember [some medicine|your {lost}] and a {clothes}, there is often {weather} up there.\nB: It is all on a {colour} list. Only the {gift} for {name} is missing.",
            ),
            (
                "B: Vé đi {town} hết bao nhiêu [một người|cả đi lẫn về]?\nA: {price}, mua trước hôm {day} thì [rẻ hơn|có chỗ cạnh cửa sổ].",
                "B: How much is a ticket to {town} [for one|there and back]?\nA: {price}. Before {day} it is [cheaper|possible to get a window seat].",
            ),
            (
                "A: Chuyến đi vừa rồi {you} thấy {mood} không?\nB: [Lúc đầu|Hôm {day}] thì {mood2}, vì {I} đánh rơi {lost} xuống [sông|ruộng], sau [lại vui|quên hết].",
                "A: Were you {mood} on that trip?\nB: [At first|On {day}] I was {mood2}, since I dropped my {lost} into a [river|field], but then [it was fun|I forgot all that].",
            ),
        ),
    ),
    "pets": (
        "peers",
        (
            (
                "A: {animal} nhà {you} [trông|dạo này] thế nào rồi, {B}?\nB: Nó [lớn nhanh|béo] lắm, {few} tháng mà [ăn hết cả rổ|đòi ăn] {vegetable}.",
                "A: How is your {animal} [doing|these days], {B}?\nB: It is [growing|fat]! At {few} months it eats a whole basket of {vegetable}.",
            ),
            (
                "B: Sáng nay {animal} [trốn mất|trèo lên mái nhà {name}], {I} tìm {few} tiếng [mới thấy|liền].\nA: Nó hay [ra|chạy về phía] {place} đấy, [buộc chuông {colour}|đóng cửa] vào nhé.",
                "B: This morning the {animal} [ran away|climbed the roof of {name}'s house] and I searched for {few} hours.\nA: It likes the {place}. [Tie a {colour} bell to it|Keep the door shut].",
            ),
            (
                "A: {you} đặt tên {animal} là gì [thế|cho hay]?\nB: [{I} gọi nó|{kin} {I} gọi nó] là {petname}, vì [lông nó|mắt nó] màu {colour}.",
                "A: What have you called the {animal}?\nB: [I|My {kin}] named it {petname}, because its [coat|belly] is {colour}.",
            ),
            (
                "B: {A} ơi, {animal} của {I} bỏ ăn từ hôm {day}, {I} [lo|buồn] quá.\nA: Cho nó [uống nước ấm|nằm chỗ mát], mai mình đưa đến [bác sĩ thú y|trạm thú y] xem sao.",
                "B: {A}, my {animal} has not eaten since {day}, and I am so [worried|sad].\nA: Give it [warm water|a cool place]. Tomorrow we will ask the [vet|animal clinic].",
            ),
            (
                "A: Nuôi {animal} có [tốn|khó] không {you}?\nB: Mỗi tuần chừng {price} tiền [cám|{vegetable}], còn lại là [chịu khó dọn|chơi với nó].",
                "A: Is a {animal} [costly|hard] to keep?\nB: About {price} a week for [bran|{vegetable}], and then [some cleaning|time to play].",
            ),
        ),
    ),
    "chores": (
        "family",
        (
            (
                "A: {J} ơi, [{chore}|ra đây] giúp {S} một tay, {kin} sắp [về|đến chơi] rồi.\nB: {J} [{chore2}|ra ngay], [đợi {J} {few} phút|xong là giúp {S} liền].",
                "A: Come and [{chore}|lend a hand], please, your {kin} will be [back|here] soon.\nB: First I [{chore2}|put this away], [give me {few} minutes|then I will help you].",
            ),
            (
                "B: {S} ơi, {thing} [hỏng|kêu to] từ sáng, {J} [gọi thợ|sửa thử] nhé?\nA: Khoan, để {S} xem, lần trước chỉ [lỏng ốc|bám bụi] thôi, gọi thợ mất {price}.",
                "B: The {thing} has been [broken|noisy] since morning. Shall I [call someone|try to mend it]?\nA: Wait, let me see. Last time it was only [a loose screw|dust], and a repair costs {price}.",
            ),
            (
                "A: Ai làm [vỡ|đổ] {pot} [trên bếp|ngoài hiên] thế này?\nB: Không phải {J} đâu, {animal} [chạy qua|nhảy lên] lúc {hour}, {J} [{chore}|lau] luôn nhé.",
                "A: Who [broke|spilt] the {pot} [by the stove|on the porch]?\nB: It was not me, the {animal} [ran past|jumped up] at {hour}. I will [{chore}|wipe it up] now.",
            ),
            (
                "B: [{J} {chore} xong rồi|Việc nhà xong cả rồi], {S} cho {J} sang nhà {name} [chơi {game}|xem {animal}] nhé.\nA: Ừ, nhưng [về trước|chỉ đến] {hour} thôi đấy.",
                "B: [I am done with what you asked|All the work is done]. May I go to {name}'s [for {game}|to see the {animal}]?\nA: Yes, but only until {hour}.",
            ),
            (
                "A: {day} này cả nhà [dọn kho|sơn cổng], {J} thích màu {colour} hay {colour2}?\nB: Màu {colour} ạ, cho hợp với [{landmark}|{plant}] trước [ngõ|sân].",
                "A: This {day} we [clear the shed|paint the gate]. Do you like {colour} or {colour2}?\nB: {colour}, to go with the [{landmark}|{plant}] in front of the [lane|yard].",
            ),
        ),
    ),
    "restaurant": (
        "elder",
        (
            (
                "A: Mời {J} ngồi bàn [trong|cạnh {landmark}], {J} dùng [gì|món nào] ạ?\nB: Cho {J} một {portion} {dish} với một cốc {drink}, [ít đá|không cay] nhé {S}.",
                "A: Please sit [inside|by the {landmark}]. What will you have?\nB: One {portion} of {dish} and a glass of {drink}, [little ice|not spicy], please.",
            ),
            (
                "B: {S} ơi, món {dish} này [nấu|làm] với {meat} hay {meat2} ạ?\nA: Với {meat}, [ai ăn chay thì {S} đổi sang|muốn nhẹ bụng thì thêm] {vegetable}.",
                "B: Is this {dish} made with {meat} or {meat2}?\nA: With {meat}, and [for those who eat no meat|for a lighter meal] I use {vegetable}.",
            ),
            (
                "A: {J} ăn [vừa miệng|ngon miệng] không?\nB: Ngon lắm ạ, chỉ hơi [mặn|ngọt], {kin} {J} ở {town} cũng nấu [giống thế|nhưng nhạt hơn].",
                "A: Do you like [the taste|your meal]?\nB: Very much, only a little [salty|sweet]. My {kin} in {town} cooks it [the same way|with less].",
            ),
            (
                "B: {S} tính tiền giúp {J} với, [bàn có hai người|{few} người ăn] ạ.\nA: Tất cả {price}, [{drink} không tính tiền|{S} mời đĩa {fruit}].",
                "B: The bill, please, for [two|{few}] of us.\nA: {price} in all, [the {drink} is free|and the {fruit} are on the house].",
            ),
            (
                "B: Quán mình mở đến [mấy giờ|khuya không] hả {S}? {day} {J} muốn [đặt chỗ|dẫn {kin} đến].\nA: Đến {hour}, riêng {day} [đông|có {dish}] nên {J} [gọi trước|đến sớm] nhé.",
                "B: How late are you open? On {day} I want to [book a table|bring my {kin}].\nA: Until {hour}, but {day} is [busy|our day for {dish}], so [call first|come early].",
            ),
        ),
    ),
    "sport": (
        "peers",
        (
            (
                "A: {you} chơi {game} [giỏi|bao lâu] rồi, [dạy {I} với|tập ở đâu thế]?\nB: {I} tập [ở {place}|với {kin}] được {few} năm, [sáng nào cũng|cứ {day} là] tập.",
                "A: You are good at {game}! [Teach me|Where do you practise]?\nB: I have been practising [at the {place}|with my {kin}] for {few} years, every [morning|{day}].",
            ),
            (
                "B: Trận hôm {day} đội mình [thắng|thua] {few} điểm, {you} có xem không?\nA: Có, {name} [ngã đau|chạy nhanh] thật, [trời lại|gặp] {weather} nữa.",
                "B: On {day} our team [won|lost] by {few} points. Did you see it?\nA: I did. {name} [fell badly|ran so fast], and with {weather} too.",
            ),
            (
                "A: [Cần thêm|Còn thiếu] {few} người để chơi {game}, {you} [vào đội {colour}|rủ {name}] nhé.\nB: Được, {I} về lấy [giày|{lost}] rồi ra {place} lúc {hour}.",
                "A: We [need|lack] {few} players for {game}. [Join the {colour} team|Bring {name}].\nB: Fine, I will fetch my [shoes|{lost}] and be at the {place} by {hour}.",
            ),
            (
                "B: Chân {I} [đau|mỏi] quá, chắc [không thi được|phải nghỉ {few} ngày].\nA: [Ngâm nước ấm|Xoa dầu] đi, rồi uống {drink} và nghỉ ở [nhà|{place}], {day} hãy hay.",
                "B: My leg [hurts|is stiff]. I may [miss the match|need {few} days].\nA: [Soak it|Rub it with oil], have some {drink} and rest at [home|the {place}]. We shall see on {day}.",
            ),
            (
                "A: Theo {you}, {game} với {game2}, môn nào [khó|vui] hơn?\nB: {game} [khó|vui] hơn, nhưng {kin} {I} bảo môn nào cũng cần [kiên trì|bạn tốt].",
                "A: Which do you find [harder|more fun], {game} or {game2}?\nB: {game}, but my {kin} says that both need [patience|good friends].",
            ),
        ),
    ),
    "lost": (
        "elder",
        (
            (
                "B: {S} ơi, {S} có thấy {lost} màu {colour} [của {J}|ở đây] không ạ? {J} để quên lúc {hour}.\nA: {S} không thấy, {J} thử [hỏi bên|tìm ở] {place} xem.",
                "B: Have you seen a {colour} {lost} [of mine|here]? I left it at {hour}.\nA: I have not. Try [asking|looking] at the {place}.",
            ),
            (
                "A: {lost} của {J} có [dấu gì|gì đặc biệt] không?\nB: Dạ có [tên {name}|hình {animal}] ở mặt trong, [buộc dây {colour}|hơi cũ] ạ.",
                "A: Does your {lost} have any [mark|special sign]?\nB: There is [the name {name}|a little {animal}] on the inside, and it [has a {colour} string|is rather old].",
            ),
            (
                "B: {J} [vừa nhặt được|thấy] {lost} gần {landmark}, {J} gửi {S} để [trả lại|hỏi] người mất.\nA: {J} ngoan quá, chắc là của [người {job}|{kin} bạn {name}] đấy.",
                "B: I [picked up|found] a {lost} near the {landmark}. Please keep it for the owner.\nA: How good of you. It may belong to [the {job}|{name}'s {kin}].",
            ),
            (
                "A: Đừng [khóc|lo] nữa, kể {S} nghe [hôm nay|từ sáng] {J} đã đi những đâu.\nB: {J} qua {place}, rồi [ăn {dish}|mua {fruit}] ở gần {landmark} ạ.",
                "A: Do not [cry|worry]. Tell me where you have been [today|since morning].\nB: At the {place}, and then I [ate {dish}|bought {fruit}] near the {landmark}.",
            ),
            (
                "A: Đây rồi, nó nằm [dưới|sau] [ghế|{pot}], {J} xem có đúng không?\nB: Đúng rồi ạ, {J} mừng quá, {J} [mời {S} cốc {drink}|cảm ơn {S} nhiều] nhé!",
                "A: Here it is, [under|behind] the [chair|{pot}]. Is it the one?\nB: Yes! I am so glad. [Let me buy you some {drink}|Thank you so much]!",
            ),
        ),
    ),
    "garden": (
        "family",
        (
            (
                "B: {S} ơi, {plant} [ra hoa|nảy mầm] rồi này, [đẹp|thích] quá!\nA: Nhờ {J} tưới mỗi ngày đấy, {few} tuần nữa là [có quả|hái được].",
                "B: Look, the {plant} is [in flower|sprouting]! How [pretty|nice]!\nA: Because you water it every day. In {few} weeks we can [pick|harvest] something.",
            ),
            (
                "A: {season} thì mình [trồng|gieo] {vegetable} hay {vegetable2} hả {J}?\nB: Cả hai {S} ạ, {J} [cuốc đất|làm cỏ] cạnh {landmark}, [{kin}|{S}] thì [rắc hạt|tưới nước].",
                "A: Shall we [plant|sow] {vegetable} or {vegetable2} in {season}?\nB: Both! I will [dig|weed] beside the {landmark}, and [my {kin}|you] can [scatter the seeds|water them].",
            ),
            (
                "B: Sao lá {plant} lại [vàng|rụng] thế ạ?\nA: Tại [thiếu nước|{weather}], {J} lấy {few} gáo nước [giếng|ao] tưới vào gốc, [đừng tưới lá|lúc {hour}].",
                "B: Why are the leaves of the {plant} [yellow|falling]?\nA: It comes from [too little water|{weather}]. Pour {few} ladles from the [well|pond] on the roots, [not the leaves|at {hour}].",
            ),
            (
                "A: Bắt được con gì trong {plant} thế kia?\nB: Một con {bug} màu {colour} {S} ạ, {J} [thả nó đi|cho {animal} xem] nhé?",
                "A: What did you catch in the {plant}?\nB: A {colour} {bug}. Shall I [let it go|show it to the {animal}]?",
            ),
            (
                "B: [Hái|Thu] được {few} rổ {fruit}, nhà mình [ăn không hết|nhiều quá] {S} ơi.\nA: {J} đem [biếu|cho] {kin} một rổ, còn lại {S} [phơi khô|bán {price} một cân].",
                "B: We [picked|got] {few} baskets of {fruit}, [more than we can eat|so many]!\nA: Take one to your {kin}. The rest I will [dry|sell at {price} a kilo].",
            ),
        ),
    ),
}

# Between peers about a person of the world, whose facts stand in the answers. `{person}` is the whole name,
# `{short}` the short one, `{he}`, `{his}` and `{him}` pronouns (Vietnamese only `{he}`).
MEETINGS: tuple[Exchange, ...] = (
    (
        "A: {you} có [quen|biết] {person} không?\nB: [Biết chứ|Có], {I} gặp {he} ở {place} hôm {day}, {he} đang mua {gift}.",
        "A: Do you [know|remember] {person}?\nB: [I do|Of course], we met at the {place} on {day}, buying a {gift}.",
    ),
    (
        "A: [Hôm {day}|Sáng nay] có {person} sang nhà {I} [chơi|uống {drink}].\nB: Thế à, {kin} {I} cũng hay nhắc đến {he} lắm.",
        "A: [On {day}|This morning] {person} came to our house [for a visit|for some {drink}].\nB: Really? My {kin} often talks about {him}.",
    ),
    (
        "A: {I} phải viết một đoạn văn về {person}, {you} [giúp {I} với|biết gì không]?\nB: Được thôi, {you} [hỏi đi|cứ hỏi], {I} mới đọc một bài trong tờ báo ở {place}.",
        "A: I have to write a page about {person}. [Can you help|What do you know]?\nB: Sure, [ask away|just ask], I read something in a paper at the {place}.",
    ),
    (
        "A: Trong ảnh, người [đội mũ|mặc áo] màu {colour} đứng cạnh {landmark} là ai thế?\nB: Là {person} đấy, {name} [chụp|gửi] cho {I} hôm {day}.",
        "A: Who is that in the photo, [with the {colour} hat|in {colour}], beside the {landmark}?\nB: That is {person}. {name} [took|sent] it on {day}.",
    ),
    (
        "A: [Đố {you}|Thử đoán xem] ai vừa tặng {I} {gift} này?\nB: {person} chứ ai, {he} [gặp ai|đi đâu] cũng tặng {gift2}.",
        "A: Guess who [gave|sent] me this {gift}!\nB: {person}, who else? {he} once gave [me|my {kin}] a {gift2}.",
    ),
    (
        "A: {day} này {person} đến [nói chuyện ở|thăm] trường mình lúc {hour}.\nB: Hay quá, {I} muốn hỏi {he} về {animal} và [chuyện ngày xưa|{town}].",
        "A: This {day} {person} will [speak at|visit] our school at {hour}.\nB: How nice, I want to ask about the {animal} and [old times|{town}].",
    ),
)

FACT_LINES: dict[str, tuple[Exchange, ...]] = {
    "birth_date": (
        (
            "A: {he} {short} sinh ngày nào nhỉ?\nB: {birth_date}, {name} [nhớ rõ|nói với {I}] thế.",
            "A: When is {short}'s birthday?\nB: {birth_date}, so {name} [says|told me].",
        ),
        (
            "A: Năm nào thì {he} {short} ra đời?\nB: Năm {year}, đúng vào {day_month}.",
            "A: In which year was {short} born?\nB: In {year}, and the day was {day_month}.",
        ),
        (
            "B: {birth_date} là ngày sinh của {person} đấy.\nA: [Thế thì|Vậy] {I} sẽ mua {gift} mừng {he}.",
            "B: {birth_date} is when {person} was born.\nA: [Then|So] I will get {him} a {gift}.",
        ),
    ),
    "birthplace": (
        (
            "A: {he} {short} [quê ở đâu|sinh ra ở đâu]?\nB: Ở {birthplace}, [chỗ ấy có {landmark}|nhiều {fruit} lắm].",
            "A: Where was {short} born?\nB: In {birthplace}, [by the {landmark}|where the {fruit} grow].",
        ),
        (
            "B: {person} [chào đời|sinh] ở {birthplace} {you} ạ.\nA: {I} đến {birthplace} một lần rồi, vào {season}.",
            "B: {birthplace} is where {person} [was born|comes from].\nA: I have been there once, in {season}.",
        ),
        (
            "A: Giọng {he} {short} nghe như người {town}.\nB: Không, {he} là người {birthplace} cơ.",
            "A: {short} sounds like someone from {town}.\nB: No, from {birthplace}, {he} was born there.",
        ),
    ),
    "school": (
        (
            "A: Hồi trước {he} {short} học trường nào?\nB: Trường {school}, [cùng lớp với {kin} {I}|cách {place} không xa].",
            "A: Which school did {short} go to?\nB: {school}, [with my {kin}|not far from the {place}].",
        ),
        (
            "B: {person} từng là học trò trường {school}.\nA: À, trường có {plant} [trước sân|sau nhà] ấy hả?",
            "B: {person} was a pupil of {school}.\nA: Ah, the one with the {plant} [in front|behind it]?",
        ),
        (
            "A: {kin} {I} cũng học trường {school} [đấy|mà].\nB: Thế là cùng trường với {person} rồi.",
            "A: My {kin} went to {school} [too|as well].\nB: Then {person} must be a schoolmate, it was {his} school.",
        ),
    ),
    "subject": (
        (
            "A: {he} {short} học ngành gì thế?\nB: Ngành {subject}, [học {few} năm liền|thi đỗ loại giỏi].",
            "A: What did {short} study?\nB: It was {subject}, [for {few} years|with top marks].",
        ),
        (
            "B: {I} [đang|phải] học {subject}, khó quá.\nA: [Hỏi|Tìm] {person} đi, {he} học {subject} mà.",
            "B: I [am learning|have to learn] {subject}, and it is hard.\nA: [Ask|Go to] {person}, who studied {subject}.",
        ),
        (
            "A: {person} thích môn nào nhất?\nB: {subject} chứ gì nữa, {he} còn viết sách cơ mà.",
            "A: Which subject does {person} like best?\nB: Surely {subject}, {he} even wrote a book on it.",
        ),
    ),
    "employer": (
        (
            "A: {he} {short} làm cho nơi nào?\nB: Cho {employer}, [được {few} năm|cùng với {name}] rồi.",
            "A: Who does {short} work for?\nB: For {employer}, [{few} years now|together with {name}].",
        ),
        (
            "B: {kin} {I} mới vào làm ở {employer}.\nA: Thế thì gặp {person} rồi, {he} cũng làm cho {employer}.",
            "B: My {kin} has just started with {employer}.\nA: Then they know {person}, whose employer is also {employer}.",
        ),
        (
            "A: Ai trả lương cho {person} nhỉ?\nB: {employer} chứ ai, {name} [kể|bảo] {I} thế.",
            "A: Who pays {person}?\nB: {employer}, as {name} [told|explained to] me.",
        ),
    ),
    "workplace": (
        (
            "A: {I} muốn gặp {person} thì đến đâu?\nB: Đến {workplace}, {he} làm ở đó [đến {hour}|cả tuần].",
            "A: Where do I find {person}?\nB: At {workplace}, {he} works there [until {hour}|all week].",
        ),
        (
            "B: {I} thấy {person} ở {workplace} hoài.\nA: Thì chỗ làm của {he} ở {workplace} mà.",
            "B: I keep seeing {person} at {workplace}.\nA: Well, {his} office is at {workplace}.",
        ),
        (
            "A: {he} {short} đi làm có xa không?\nB: Cũng xa, tận {workplace}, đi {vehicle} [mới kịp|{few} mươi phút].",
            "A: Does {short} have a long way to work?\nB: It is at {workplace}, so {he} goes by {vehicle} [every day|before {hour}].",
        ),
    ),
}
