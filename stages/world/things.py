# ruff: noqa: E501 (a table reads best with one row a line)
"""Things, creatures, dishes and towns in both languages: the rich part of the world's vocabulary.

A row is `English | Vietnamese` for the name and for each property of its class; the properties'
order is that of the class's frames in `descriptions.py`.
"""

# name, material, use, place, feature
OBJECTS = """
a teapot | chiếc ấm trà / baked clay | đất nung / brew fragrant tea | pha trà thơm / on a wooden tray | trên khay gỗ / a curved spout | cái vòi cong
a ladder | chiếc thang / bamboo | tre / reach the roof | trèo lên mái nhà / behind the shed | sau nhà kho / sturdy rungs | những bậc chắc chắn
a lantern | chiếc đèn lồng / silk and wire | lụa và dây thép / light the alley | thắp sáng con ngõ / above the door | phía trên cửa / a golden tassel | chùm tua vàng
a hammer | cây búa / iron | sắt / drive nails | đóng đinh / in the toolbox | trong hộp đồ nghề / a heavy head | phần đầu rất nặng
a fishing net | tấm lưới / nylon thread | sợi cước / catch shrimp | bắt tôm / on the boat's deck | trên sàn thuyền / tiny knots | những nút thắt li ti
a mirror | tấm gương / glass | thủy tinh / comb one's hair | soi khi chải tóc / beside the wardrobe | cạnh tủ quần áo / an oval frame | cái khung bầu dục
a drum | chiếc trống / buffalo hide | da trâu / call the villagers | gọi dân làng / in the communal house | trong đình làng / a deep voice | tiếng kêu trầm
a kite | con diều / thin paper | giấy mỏng / play in the wind | chơi khi có gió / in the attic | trên gác xép / a long tail | cái đuôi dài
a basket | chiếc giỏ / rattan | mây / carry vegetables | đựng rau / under the stairs | dưới gầm cầu thang / two strong handles | hai cái quai chắc
a needle | cây kim / steel | thép / mend torn shirts | vá áo rách / in a tin box | trong hộp thiếc / a narrow eye | cái lỗ nhỏ xíu
a bell | quả chuông / bronze | đồng / mark the hour | báo giờ / in the tower | trên gác chuông / carved letters | những dòng chữ khắc
a raincoat | chiếc áo mưa / rubber | cao su / keep off the rain | che mưa / by the entrance | gần lối ra vào / a wide hood | cái mũ rộng
a candle | cây nến / beeswax | sáp ong / read during a blackout | đọc sách lúc mất điện / in the drawer | trong ngăn kéo / a cotton wick | sợi bấc bằng bông
a compass | chiếc la bàn / brass | đồng thau / find the north | tìm hướng bắc / in the captain's pouch | trong túi đồ thuyền trưởng / a trembling needle | cây kim luôn rung
a plough | cái cày / ironwood | gỗ lim / turn the soil | lật đất / at the edge of the field | bên bờ ruộng / a sharp blade | lưỡi rất sắc
a blanket | tấm chăn / wool | len / keep warm in winter | giữ ấm mùa đông / at the foot of the bed | cuối giường / red stripes | những sọc đỏ
a whistle | cái còi / plastic | nhựa / stop the game | dừng trận đấu / on the referee's chair | trên ghế trọng tài / a shrill sound | âm thanh chói tai
a telescope | chiếc kính thiên văn / metal and lenses | kim loại và thấu kính / watch the planets | ngắm các hành tinh / on the rooftop | trên sân thượng / three legs | ba chân
a violin | cây đàn vĩ cầm / spruce wood | gỗ vân sam / play slow songs | kéo những bài chậm rãi / in a velvet case | trong hộp lót nhung / four strings | bốn dây
a wheelbarrow | chiếc xe cút kít / planks and a tyre | ván và bánh xe / move bricks | chở gạch / near the building site | gần công trường / a squeaking wheel | cái bánh kêu cót két
a hammock | chiếc võng / knotted cord | dây bện / rest at noon | nghỉ trưa / between two palms | giữa hai cây dừa / a soft swing | nhịp đưa êm ái
a broom | cây chổi / dry straw | rơm khô / sweep the yard | quét sân / in the corner | ở góc nhà / a worn handle | cán đã mòn
a vase | cái bình hoa / porcelain | sứ / hold lotus flowers | cắm hoa sen / on the altar | trên bàn thờ / a blue glaze | lớp men xanh
a knife | con dao / hardened steel | thép già / slice meat | thái thịt / beside the chopping board | cạnh cái thớt / a wooden grip | chuôi gỗ
a scale | cái cân / cast iron | gang / weigh fruit | cân hoa quả / on the stall | trên sạp hàng / a swinging pointer | cây kim lắc lư
a typewriter | chiếc máy chữ / painted steel | thép sơn / write reports | gõ báo cáo / on the clerk's desk | trên bàn thư ký / a noisy carriage | con trượt ồn ào
an oar | mái chèo / ash wood | gỗ tần bì / row across the lake | bơi thuyền qua hồ / inside the canoe | trong lòng xuồng / a flat end | đầu dẹt
a pillow | chiếc gối / soft feathers | lông vũ mềm / sleep soundly | ngủ cho ngon / on the mattress | trên nệm / an embroidered cover | lớp vỏ thêu
a stove | cái bếp lò / fired brick | gạch nung / cook porridge | nấu cháo / against the kitchen wall | sát tường bếp / a tall chimney | ống khói cao
a notebook | cuốn sổ / recycled paper | giấy tái chế / record expenses | ghi chi tiêu / in the shop counter | trong quầy hàng / a leather cover | bìa bọc da
a parasol | chiếc dù / oiled cloth | vải dầu / hide from the sun | che nắng / in the beach hut | trong lều bãi biển / a painted pattern | họa tiết vẽ tay
an anchor | chiếc mỏ neo / forged iron | sắt rèn / hold the ship still | giữ tàu đứng yên / at the bow | ở mũi tàu / two hooks | hai cái móc
a bracelet | chiếc vòng tay / jade | ngọc bích / decorate the wrist | làm đẹp cổ tay / in a jewel box | trong hộp trang sức / a milky shine | ánh trắng đục
a saddle | chiếc yên / thick leather | da dày / ride a horse | cưỡi ngựa / in the stable | trong chuồng / brass buckles | mấy cái khóa đồng
a loom | khung cửi / hard timber | gỗ cứng / weave brocade | dệt thổ cẩm / on the stilt house floor | dưới sàn nhà / countless threads | vô số sợi chỉ
a mortar | chiếc cối / granite | đá hoa cương / crush pepper | giã tiêu / next to the well | cạnh giếng / a rough bowl | lòng cối nhám
a bucket | cái xô / zinc | kẽm / draw water | múc nước / by the tap | cạnh vòi nước / a small leak | chỗ rò nhỏ
a scarf | chiếc khăn / checked cotton | vải bông kẻ ô / wipe away sweat | lau mồ hôi / on a brass hook | trên móc áo bằng đồng / frayed edges | mép đã sờn
a map | tấm bản đồ / strong canvas | vải bạt chắc / plan the voyage | tính đường đi biển / on the cabin table | trên bàn trong khoang / faded borders | những đường viền phai màu
a sieve | cái rây / fine mesh | lưới mịn / sift rice flour | rây bột gạo / above the jar | trên miệng chum / a round rim | cái vành tròn
"""

# name, home, food, habit, feature
CREATURES = """
a buffalo | con trâu / in the barn | trong chuồng / fresh grass | cỏ non / pulls the plough | kéo cày / curved horns | cặp sừng cong
a squirrel | con sóc / in a hollow trunk | trong hốc cây / acorns | quả sồi / leaps between branches | nhảy chuyền cành / a bushy tail | cái đuôi xù
a heron | con cò / near the rice fields | gần đồng lúa / small fish | cá con / stands on one leg | đứng một chân / a slender neck | cái cổ thon
an elephant | con voi / deep in the jungle | trong rừng sâu / sugar cane | mía / sprays water | phun nước / huge ears | đôi tai to
a gecko | con thạch sùng / behind the clock | sau đồng hồ / mosquitoes | muỗi / clicks at night | tặc lưỡi ban đêm / sticky toes | những ngón chân dính
a rooster | con gà trống / in the yard | ngoài sân / corn | ngô / wakes the neighbours | đánh thức hàng xóm / a scarlet comb | cái mào đỏ tươi
a dolphin | con cá heo / in warm seas | ngoài biển ấm / mackerel | cá thu / follows the ferry | bơi theo phà / smooth skin | làn da trơn
an owl | con cú / in the bell tower | trên gác chuông / mice | chuột / hunts in darkness | săn mồi trong đêm / round yellow eyes | đôi mắt tròn vàng
a hedgehog | con nhím / under dry leaves | dưới đám lá khô / beetles | bọ cánh cứng / rolls into a ball | cuộn tròn lại / sharp spines | bộ gai nhọn
a tortoise | con rùa / beside the pond | bên bờ ao / lettuce | rau diếp / moves slowly | bò chậm chạp / a hard shell | cái mai cứng
a bee | con ong / in the hive | trong tổ / nectar | mật hoa / dances to show the way | bay lượn để chỉ đường / a striped belly | cái bụng có sọc
a crab | con cua / in muddy holes | trong hang bùn / seaweed | rong biển / walks sideways | bò ngang / powerful claws | đôi càng khỏe
a parrot | con vẹt / in a cage | trong lồng / sunflower seeds | hạt hướng dương / copies voices | bắt chước tiếng người / emerald feathers | bộ lông xanh biếc
a goat | con dê / on the rocky slope | trên sườn đá / thorny bushes | bụi gai / climbs cliffs | leo vách đá / a white beard | chòm râu trắng
a duck | con vịt / along the canal | dọc con kênh / snails | ốc / swims in line | bơi thành hàng / webbed feet | bàn chân có màng
a tiger | con hổ / in the northern forest | trong rừng phía bắc / wild boar | lợn rừng / rests by day | nghỉ vào ban ngày / black stripes | những vằn đen
a firefly | con đom đóm / among the mangroves | giữa rừng đước / dew | sương / glows after sunset | phát sáng sau hoàng hôn / a tiny lamp | ngọn đèn tí hon
a silkworm | con tằm / on a bamboo tray | trên nong / mulberry leaves | lá dâu / spins a cocoon | nhả tơ làm kén / a pale body | thân mình trắng ngà
a monkey | con khỉ / on the temple wall | trên tường chùa / ripe bananas | chuối chín / steals hats | lấy trộm mũ / clever fingers | những ngón tay khéo léo
a swallow | con chim én / beneath the eaves | dưới mái hiên / flying insects | côn trùng bay / returns every spring | trở về mỗi mùa xuân / a forked tail | cái đuôi chẻ đôi
a frog | con ếch / in the ditch | dưới mương / worms | giun / croaks before rain | kêu trước cơn mưa / long hind legs | cặp chân sau dài
a camel | con lạc đà / in the desert | ngoài sa mạc / dry shrubs | bụi cây khô / crosses dunes | vượt những đồi cát / a tall hump | cái bướu cao
a penguin | chim cánh cụt / on the ice | trên băng / krill | tép biển / slides on its belly | trượt bằng bụng / a black coat | bộ áo đen
an octopus | con bạch tuộc / among the reefs | giữa rạn san hô / clams | con sò / changes colour | đổi màu / eight arms | tám cánh tay
"""

# name, ingredient, taste, occasion, companion
DISHES = """
noodle soup | phở / beef bones and cinnamon | xương bò và quế / rich and fragrant | đậm đà và thơm / at breakfast | vào bữa sáng / basil and lime | húng quế và chanh
sticky rice cake | bánh chưng / green beans and pork | đậu xanh và thịt lợn / soft and savoury | dẻo và bùi / at the new year feast | vào dịp Tết / pickled onions | dưa hành
spring rolls | nem rán / minced meat and mushrooms | thịt băm và mộc nhĩ / crisp and hot | giòn và nóng / at family parties | trong bữa cơm họ hàng / sweet dipping sauce | nước chấm ngọt
grilled fish | cá nướng / carp and turmeric | cá chép và nghệ / smoky and tender | thơm khói và mềm / on the riverbank | bên bờ sông / roasted peanuts | lạc rang
coconut pudding | chè dừa / coconut milk and tapioca | nước cốt dừa và bột báng / cool and creamy | mát và béo / on hot afternoons | vào những chiều nóng / crushed ice | đá bào
pumpkin soup | canh bí đỏ / pumpkin and ginger | bí đỏ và gừng / mild and sweet | thanh và ngọt / in autumn | vào mùa thu / toasted seeds | hạt rang
apple pie | bánh táo / flour, butter and apples | bột mì, bơ và táo / sweet and flaky | ngọt và xốp / on holidays | vào ngày nghỉ / whipped cream | kem tươi
lotus tea | trà sen / tea leaves and lotus stamens | búp chè và nhụy sen / light and floral | nhẹ và thoảng hương / when guests arrive | khi có khách / sesame sweets | kẹo vừng
crab salad | gỏi cua / crab and green mango | cua và xoài xanh / sour and spicy | chua và cay / at the seaside | ở miền biển / rice crackers | bánh đa
steamed bread | bánh bao / yeast dough and egg | bột nở và trứng / warm and fluffy | ấm và mềm xốp / on cold nights | vào đêm lạnh / soy milk | sữa đậu nành
bamboo shoot stew | măng hầm / dried shoots and duck | măng khô và thịt vịt / earthy and filling | đậm và no bụng / at weddings | trong đám cưới / rice vermicelli | bún
honey biscuits | bánh quy mật ong / oats and honey | yến mạch và mật ong / crunchy and golden | giòn tan và vàng ươm / at teatime | lúc uống trà / warm milk | sữa ấm
tamarind candy | kẹo me / tamarind and salt | me và muối / tangy and chewy | chua ngọt và dai / after school | sau giờ học / cold water | nước mát
vegetable curry | cà ri chay / carrots, potatoes and spices | cà rốt, khoai tây và gia vị / thick and peppery | sánh và nồng / on full moon days | vào ngày rằm / a crusty loaf | bánh mì giòn
peach jam | mứt đào / peaches and sugar | đào và đường / bright and sticky | tươi và dẻo quánh / in early summer | vào đầu hè / buttered toast | bánh mì nướng bơ
sweet potato porridge | cháo khoai lang / sweet potatoes and rice | khoai lang và gạo / plain and gentle | thanh đạm và dịu / during illness | khi ốm / a pinch of salt | một nhúm muối
"""

# landmark, product, weather, festival: one row for each birthplace, in their order
TOWNS = """
a row of willows by the pier | hàng liễu bên cầu tàu / smoked eel | lươn hun khói / foggy mornings | sương mù buổi sáng / the boat race | hội đua thuyền
a pine wood full of deer | rừng thông nhiều hươu / resin and pine honey | nhựa thông và mật ong / chilly nights | đêm se lạnh / the torch walk | lễ rước đuốc
a stone bridge under the moon | cây cầu đá dưới trăng / river pearls | ngọc trai sông / calm evenings | những tối lặng gió / the moon feast | hội trăng rằm
a mound above the clouds | gò đất cao trên mây / white mushrooms | nấm trắng / drizzle | mưa phùn / the whistling contest | cuộc thi huýt sáo
a lake covered with lotus | hồ nước phủ kín sen / lotus seeds | hạt sen / humid summers | mùa hè oi ả / the lantern release | lễ thả đèn hoa đăng
a peak shaped like an elephant | ngọn núi hình con voi / coffee beans | hạt cà phê / sudden storms | những cơn giông bất chợt / the gong festival | hội cồng chiêng
forty old kilns | bốn mươi lò nung cổ / glazed bowls | bát men / dry winds | gió hanh / the clay fair | phiên chợ gốm
a covered wooden bridge | cây cầu gỗ có mái che / carved chairs | ghế chạm / mild winters | mùa đông ôn hòa / the carpenters' day | ngày hội thợ mộc
a market that opens at dawn | khu chợ họp từ tờ mờ sáng / fresh herbs | rau thơm / early showers | mưa rào sớm / the harvest parade | đám rước mùa gặt
a brook with silver stones | con suối có sỏi bạc / silver rings | nhẫn bạc / cool breezes | gió mát / the singing night | đêm hát đối
a bay with golden sand | vịnh nhỏ cát vàng / dried squid | mực khô / bright sunshine | nắng chan hòa / the sandcastle show | hội đắp lâu đài cát
caves full of swift nests | những hang đầy tổ yến / bird nests | tổ yến / salty gales | gió biển mặn / the whale ceremony | lễ cúng cá ông
old mulberry trees on the shore | rặng dâu già ven bờ / raw silk | tơ sống / gentle tides | thủy triều êm / the weaving fair | hội dệt lụa
a marsh with tall reeds | đầm lầy đầy lau sậy / woven mats | chiếu cói / thick mist | màn sương dày / the duck chase | trò đuổi vịt
a cave where the wind howls | cái hang gió hú / bat guano and limestone | phân dơi và đá vôi / strong gusts | những luồng gió mạnh / the echo concert | buổi hòa nhạc trong hang
a deep granite quarry | mỏ đá hoa cương sâu / paving slabs | đá lát đường / dusty summers | mùa hè bụi bặm / the strong men's games | hội vật
terraces of apricot blossom | ruộng bậc thang nở hoa mơ / apricot wine | rượu mơ / late frost | sương giá muộn / the blossom holiday | lễ hội hoa mơ
a lane of fishing huts | dãy lều của dân chài / fish sauce | nước mắm / monsoon rain | mưa gió mùa / the net blessing | lễ xuống lưới
a pond where a king once bathed | cái ao ngày xưa vua tắm / goldfish | cá vàng / still air | khí trời tĩnh lặng / the royal procession | lễ rước vua
a mountain pass with wide views | con đèo nhìn ra rất xa / wild oranges | cam rừng / endless sunshine | nắng quanh năm / the horse cart race | cuộc đua xe ngựa
streets lined with areca palms | những con phố trồng cau / betel and lime | trầu và vôi / warm rain | mưa ấm / the wedding fair | hội cưới
meadows with wild ponies | đồng cỏ có ngựa hoang / leather saddles | yên cương / crisp air | không khí trong lành / the gallop day | ngày hội phi ngựa
fields of marigold | cánh đồng cúc vạn thọ / cut flowers | hoa cắt cành / light dew | sương nhẹ / the flower queen contest | cuộc thi hoa khôi
a ruined grey fortress | tòa thành xám đổ nát / antique coins | đồng tiền cổ / hailstorms | mưa đá / the sword dance | điệu múa kiếm
"""


def rows(table: str) -> list[list[tuple[str, str]]]:
    """A table as rows of (English, Vietnamese) pairs."""
    return [
        [(english, vietnamese) for english, vietnamese in (cell.split(" | ") for cell in line.split(" / "))]
        for line in table.strip().splitlines()
    ]
