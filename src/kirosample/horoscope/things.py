"""Lucky colors by the body that rules them, and lucky items by house."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from kirosample.text import Text


class Color(NamedTuple):
    """A traditional color, its reading in kana, and its sRGB value as #rrggbb.

    The values are those of the list 和色大辞典 in its public copies; 真珠色 and 檸檬色, which it
    lacks, are ours.
    """

    name: Text
    reading: str
    hex: str


def _colors(*rows: tuple[str, str, str, str]) -> tuple[Color, ...]:
    return tuple(Color(Text(ja, en), reading, value) for ja, reading, en, value in rows)


def _items(*rows: tuple[str, str]) -> tuple[Text, ...]:
    return tuple(Text(*row) for row in rows)


COLORS: Final[Mapping[str, tuple[Color, ...]]] = {
    "sun": _colors(
        ("山吹色", "やまぶきいろ", "golden yellow", "#f8b500"),
        ("橙色", "だいだいいろ", "orange", "#ee7800"),
        ("柑子色", "こうじいろ", "tangerine orange", "#f6ad49"),
        ("金茶", "きんちゃ", "golden brown", "#f39800"),
        ("蜜柑色", "みかんいろ", "mandarin orange", "#f08300"),
        ("黄金色", "こがねいろ", "gold", "#e6b422"),
        ("杏色", "あんずいろ", "apricot orange", "#f7b977"),
        ("向日葵色", "ひまわりいろ", "sunflower yellow", "#fcc800"),
    ),
    "moon": _colors(
        ("乳白色", "にゅうはくしょく", "milky white", "#f3f3f3"),
        ("銀鼠", "ぎんねず", "silver gray", "#afafb0"),
        ("月白", "げっぱく", "moon white", "#eaf4fc"),
        ("卯の花色", "うのはないろ", "deutzia white", "#f7fcfe"),
        ("真珠色", "しんじゅいろ", "pearl white", "#f1ede4"),
        ("白練", "しろねり", "bleached-silk white", "#f3f3f2"),
        ("象牙色", "ぞうげいろ", "ivory white", "#f8f4e6"),
        ("練色", "ねりいろ", "raw-silk cream", "#ede4cd"),
    ),
    "mercury": _colors(
        ("鶸色", "ひわいろ", "siskin green", "#d7cf3a"),
        ("萌黄色", "もえぎいろ", "spring green", "#aacf53"),
        ("若草色", "わかくさいろ", "young grass green", "#c3d825"),
        ("菜の花色", "なのはないろ", "rapeseed yellow", "#ffec47"),
        ("浅葱色", "あさぎいろ", "asagi blue-green", "#00a3af"),
        ("檸檬色", "れもんいろ", "lemon yellow", "#ecdf2b"),
        ("白緑", "びゃくろく", "pale green", "#d6e9ca"),
        ("青磁色", "せいじいろ", "celadon green", "#7ebea5"),
    ),
    "venus": _colors(
        ("桜色", "さくらいろ", "cherry blossom pink", "#fef4f4"),
        ("桃色", "ももいろ", "peach pink", "#f09199"),
        ("珊瑚色", "さんごいろ", "coral pink", "#f5b1aa"),
        ("撫子色", "なでしこいろ", "dianthus pink", "#eebbcb"),
        ("若竹色", "わかたけいろ", "young bamboo green", "#68be8d"),
        ("薄紅", "うすべに", "light crimson pink", "#f0908d"),
        ("鴇色", "ときいろ", "ibis pink", "#f4b3c2"),
        ("藤色", "ふじいろ", "wisteria purple", "#bbbcde"),
    ),
    "mars": _colors(
        ("茜色", "あかねいろ", "madder red", "#b7282e"),
        ("朱色", "しゅいろ", "vermilion red", "#eb6101"),
        ("緋色", "ひいろ", "scarlet red", "#d3381c"),
        ("紅色", "べにいろ", "crimson red", "#d7003a"),
        ("柿色", "かきいろ", "persimmon orange", "#ed6d3d"),
        ("煉瓦色", "れんがいろ", "brick red", "#b55233"),
        ("紅梅色", "こうばいいろ", "plum blossom pink", "#f2a0a1"),
        ("牡丹色", "ぼたんいろ", "peony pink", "#e7609e"),
    ),
    "jupiter": _colors(
        ("瑠璃色", "るりいろ", "lapis lazuli blue", "#1e50a2"),
        ("露草色", "つゆくさいろ", "dayflower blue", "#38a1db"),
        ("群青色", "ぐんじょういろ", "ultramarine blue", "#4c6cb3"),
        ("菫色", "すみれいろ", "violet", "#7058a3"),
        ("江戸紫", "えどむらさき", "Edo purple", "#745399"),
        ("縹色", "はなだいろ", "light indigo", "#2792c3"),
        ("空色", "そらいろ", "sky blue", "#a0d8ef"),
        ("桔梗色", "ききょういろ", "bellflower purple", "#5654a2"),
    ),
    "saturn": _colors(
        ("焦茶", "こげちゃ", "dark brown", "#6f4b3e"),
        ("藍色", "あいいろ", "indigo blue", "#165e83"),
        ("墨色", "すみいろ", "ink black", "#595857"),
        ("深緑", "ふかみどり", "deep green", "#00552e"),
        ("利休鼠", "りきゅうねずみ", "Rikyū gray", "#888e7e"),
        ("栗色", "くりいろ", "chestnut brown", "#762f07"),
        ("鳶色", "とびいろ", "kite brown", "#95483f"),
        ("鉄紺", "てつこん", "iron navy", "#17184b"),
    ),
}

ITEMS: Final = (
    # 1 自分自身
    _items(
        ("手鏡", "a hand mirror"),
        ("リップクリーム", "lip balm"),
        ("お気に入りの帽子", "a favorite hat"),
        ("ハンカチ", "a handkerchief"),
        ("腕時計", "a wristwatch"),
        ("白いスニーカー", "white sneakers"),
        ("ヘアブラシ", "a hairbrush"),
        ("名刺入れ", "a business card case"),
        ("イヤリング", "earrings"),
        ("白いシャツ", "a white shirt"),
        ("ネックレス", "a necklace"),
        ("折りたたみ傘", "a folding umbrella"),
    ),
    # 2 お金と持ち物
    _items(
        ("小銭入れ", "a coin purse"),
        ("がま口", "a clasp purse"),
        ("革のキーホルダー", "a leather key ring"),
        ("エコバッグ", "a reusable shopping bag"),
        ("長財布", "a long wallet"),
        ("貯金箱", "a piggy bank"),
        ("ハンドクリーム", "hand cream"),
        ("板チョコレート", "a chocolate bar"),
        ("ポイントカード", "a points card"),
        ("はちみつ", "honey"),
        ("風呂敷", "a furoshiki"),
        ("小さな木箱", "a small wooden box"),
    ),
    # 3 学びと便り
    _items(
        ("絵はがき", "a picture postcard"),
        ("鉛筆", "a pencil"),
        ("付箋", "sticky notes"),
        ("単語帳", "vocabulary cards"),
        ("文庫本", "a paperback"),
        ("便箋", "writing paper"),
        ("切手", "a stamp"),
        ("消しゴム", "an eraser"),
        ("三色ボールペン", "a three-color ballpoint pen"),
        ("しおり", "a bookmark"),
        ("万年筆", "a fountain pen"),
        ("メモ帳", "a notepad"),
    ),
    # 4 家と家族
    _items(
        ("マグカップ", "a mug"),
        ("ひざ掛け", "a lap blanket"),
        ("鉢植え", "a potted plant"),
        ("急須", "a Japanese teapot"),
        ("スリッパ", "slippers"),
        ("土鍋", "a clay pot"),
        ("クッション", "a cushion"),
        ("小さな額縁", "a small picture frame"),
        ("湯のみ", "a Japanese teacup"),
        ("エプロン", "an apron"),
        ("キャンドル", "a candle"),
        ("木のお椀", "a wooden bowl"),
    ),
    # 5 恋と楽しみ
    _items(
        ("色鉛筆", "colored pencils"),
        ("トランプ", "playing cards"),
        ("映画の半券", "a movie ticket stub"),
        ("花束", "a bouquet"),
        ("シャボン玉", "soap bubbles"),
        ("苺のお菓子", "a strawberry sweet"),
        ("リボン", "a ribbon"),
        ("ハーモニカ", "a harmonica"),
        ("香水", "perfume"),
        ("折り紙", "origami"),
        ("カメラ", "a camera"),
        ("プリン", "a custard pudding"),
    ),
    # 6 毎日の仕事と習慣
    _items(
        ("水筒", "a water bottle"),
        ("弁当箱", "a lunch box"),
        ("布巾", "a dish towel"),
        ("ストップウォッチ", "a stopwatch"),
        ("手帳", "a pocket planner"),
        ("クリアファイル", "a clear folder"),
        ("歯ブラシ", "a toothbrush"),
        ("はさみ", "scissors"),
        ("卓上カレンダー", "a desk calendar"),
        ("石けん", "soap"),
        ("洗濯ばさみ", "clothespins"),
        ("バナナ", "a banana"),
    ),
    # 7 人との関係
    _items(
        ("二つ組のカップ", "a pair of cups"),
        ("ペアの箸", "matching chopsticks"),
        ("名入りのペン", "a pen with a name on it"),
        ("お茶菓子", "sweets to go with tea"),
        ("ギフトカード", "a gift card"),
        ("写真立て", "a photo frame"),
        ("ワイングラス", "a wine glass"),
        ("一輪挿し", "a bud vase"),
        ("レースのハンカチ", "a lace handkerchief"),
        ("紅茶の缶", "a tin of black tea"),
        ("おそろいの傘", "matching umbrellas"),
        ("お礼状", "a thank-you letter"),
    ),
    # 8 分かち合い
    _items(
        ("古い時計", "an old clock"),
        ("鍵", "a key"),
        ("栞を挟んだ推理小説", "a detective novel with a bookmark in it"),
        ("おさがりの上着", "a hand-me-down jacket"),
        ("巾着袋", "a drawstring bag"),
        ("黒いTシャツ", "a black T-shirt"),
        ("骨董のお皿", "an antique plate"),
        ("宝石箱", "a jewelry box"),
        ("黒豆茶", "black soybean tea"),
        ("サングラス", "sunglasses"),
        ("万華鏡", "a kaleidoscope"),
        ("封筒", "an envelope"),
    ),
    # 9 旅と広い世界
    _items(
        ("地図", "a map"),
        ("旅行の本", "a travel book"),
        ("リュックサック", "a backpack"),
        ("外国の切手", "a foreign stamp"),
        ("地球儀", "a globe"),
        ("方位磁石", "a compass"),
        ("パスポートケース", "a passport case"),
        ("外国のお茶", "tea from abroad"),
        ("双眼鏡", "binoculars"),
        ("カレーのスパイス", "curry spices"),
        ("歩きやすい靴", "comfortable shoes"),
        ("絵本", "a picture book"),
    ),
    # 10 仕事と役割
    _items(
        ("革の鞄", "a leather bag"),
        ("ネクタイ", "a necktie"),
        ("ジャケット", "a jacket"),
        ("置き時計", "a table clock"),
        ("万能ペン", "a multifunction pen"),
        ("革の手袋", "leather gloves"),
        ("革の名刺入れ", "a leather business card case"),
        ("靴べら", "a shoehorn"),
        ("アイロン", "an iron"),
        ("木製のペン立て", "a wooden pen holder"),
        ("万年カレンダー", "a perpetual calendar"),
        ("電卓", "a calculator"),
    ),
    # 11 友人と希望
    _items(
        ("イヤホン", "earphones"),
        ("集合写真", "a group photo"),
        ("ビー玉", "a glass marble"),
        ("星のチャーム", "a star charm"),
        ("大袋のお菓子", "a big bag of sweets"),
        ("おそろいのバッジ", "matching badges"),
        ("炭酸水", "sparkling water"),
        ("望遠鏡", "a telescope"),
        ("ボードゲーム", "a board game"),
        ("充電器", "a charger"),
        ("寄せ書き", "a card signed by everyone"),
        ("風船", "a balloon"),
    ),
    # 12 休息と心の内
    _items(
        ("アイマスク", "an eye mask"),
        ("入浴剤", "bath salts"),
        ("オルゴール", "a music box"),
        ("ハーブティー", "herbal tea"),
        ("枕", "a pillow"),
        ("毛布", "a blanket"),
        ("日記帳", "a diary"),
        ("貝殻", "a seashell"),
        ("お香", "incense"),
        ("湯たんぽ", "a hot-water bottle"),
        ("パジャマ", "pajamas"),
        ("夢占いの本", "a book on dreams"),
    ),
)
"""Twelve for each house, the first house first."""
