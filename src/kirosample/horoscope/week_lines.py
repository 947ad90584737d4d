"""The lines of a week: how it goes, and its days. {best} and {hardest} are weekdays."""

from collections.abc import Mapping
from typing import Final, Literal

from kirosample.text import Text

Trend = Literal["rising", "falling", "peak", "dip", "bright", "quiet", "mixed"]
Days = Literal["best", "best before hardest", "hardest before best"]

_Line = tuple[str, str]


def _texts(*lines: _Line) -> tuple[Text, ...]:
    return tuple(Text(*line) for line in lines)


TRENDS: Final[Mapping[Trend, tuple[Text, ...]]] = {
    "rising": _texts(
        (
            "週の初めはゆっくりでも、日を追うごとに足どりが軽くなります。",
            "The week starts slowly, and your step gets lighter day by day.",
        ),
        (
            "前半は支度の時間で、実りは週の後半にやってきます。",
            "The first half is for getting ready; the second half brings the results.",
        ),
        (
            "静かに始まり、週末へ向かって少しずつ明るさが増していきます。",
            "A quiet start gives way to a brighter mood as the weekend comes near.",
        ),
        (
            "追い風が吹くのは週の後半なので、急がない用事は後ろに回すとうまく運びます。",
            "The wind is with you in the second half, so save for it whatever can wait.",
        ),
        (
            "低いところから始まる分、後半には見晴らしのよさを味わえそうです。",
            "You start low, which makes the view later in the week all the better.",
        ),
        (
            "初めの足踏みが助走になって、後半に思いがけない伸びを見せます。",
            "Early hesitation turns into a run-up, and the later days surprise you.",
        ),
    ),
    "falling": _texts(
        (
            "週の前半に勢いがあるので、やりたいことは早めに始めるとはかどります。",
            "The energy is in the first half, so make an early start on what you most want to do.",
        ),
        (
            "よい流れで始まり、後半は少しずつ歩みをゆるめる週です。",
            "A good current carries you in, and the pace eases as the days go on.",
        ),
        (
            "大事な約束は週の初めに置き、後半は体を休めると釣り合いがとれます。",
            "Put what matters at the start of the week, and let the later days be for rest.",
        ),
        (
            "前半でつかんだ手ごたえを、後半は静かに味わう週になります。",
            "What you win early in the week, you get to enjoy quietly later on.",
        ),
        (
            "週明けの好調を蓄えておけば、後半の小さな波は笑って越えられます。",
            "Store up the good start, and you will ride the small waves later with a smile.",
        ),
        (
            "出だしの軽やかさを大切に、後半は予定を詰め込まないのがこつです。",
            "Make the most of a light start, and keep the second half free of crowded plans.",
        ),
    ),
    "peak": _texts(
        (
            "週の真ん中に山場があり、前後は穏やかに過ぎていきます。",
            "The high point is midweek, with calmer days on either side.",
        ),
        (
            "週明けに整え、半ばで動き、週末に味わうという流れが自然です。",
            "Prepare early, act midweek, savor it over the weekend: that is this week's rhythm.",
        ),
        (
            "半ばに向けて気持ちが上向き、いちばんの見せ場が平日のうちに訪れます。",
            "Your spirits climb toward the middle, and your best moment comes before the weekend.",
        ),
        (
            "水曜日から金曜日にかけて、物事がするすると運びやすい週です。",
            "From Wednesday to Friday, things tend to fall into place.",
        ),
        (
            "週の半ばが明るいので、会いたい人との約束はそのあたりに置くとよさそうです。",
            "The middle of the week is bright, a good place for plans with people you like.",
        ),
        (
            "始まりと終わりは静かでも、真ん中に心の晴れる時間が待っています。",
            "It begins and ends quietly, with a clear, bright stretch in between.",
        ),
    ),
    "dip": _texts(
        (
            "明るく始まり、半ばでひと休みして、週末にまた元気が戻ります。",
            "A bright start, a pause in the middle, and your energy is back for the weekend.",
        ),
        (
            "週の半ばは歩幅を小さくしておけば、週末には元の調子に戻れます。",
            "Take smaller steps midweek, and by the weekend you are back in your stride.",
        ),
        (
            "谷は週の真ん中に一度だけで、前後はどちらも明るい道です。",
            "There is one low stretch, midweek, with a bright road on both sides.",
        ),
        (
            "半ばの足踏みは気にせず、始まりと終わりを楽しむのがこの週の味わい方です。",
            "Never mind a slow middle; this week is to be enjoyed at its beginning and its end.",
        ),
        (
            "週明けの勢いがいったん落ち着いても、週末の楽しみが待っています。",
            "Even if the early momentum settles down, there is the weekend to look forward to.",
        ),
        (
            "真ん中の曇りは通り雨のようなもので、週末には空が晴れます。",
            "The clouds of midweek are a passing shower, and the weekend is clear.",
        ),
    ),
    "bright": _texts(
        (
            "全体に追い風の吹く、のびのびと過ごせる一週間です。",
            "A week with the wind behind you and room to stretch.",
        ),
        (
            "晴れ間の多い、足どりの軽い一週間です。",
            "Plenty of clear sky this week, and a spring in your step.",
        ),
        (
            "何かを始めるにも続けるにも、後押しを感じられる週です。",
            "Whether you begin something or carry on, you will feel supported.",
        ),
        (
            "笑顔の種があちこちで見つかる、実りの多い週になりそうです。",
            "It looks like a fruitful week, with small reasons to smile all around.",
        ),
        (
            "調子のよさがほどよく続くので、少し背伸びした予定も楽しめます。",
            "Your good form lasts, so even a slightly ambitious plan will be fun.",
        ),
        (
            "足もとが明るく、たいていの日は気持ちよく動けそうです。",
            "The path is well lit, and most days will do for getting things moving.",
        ),
    ),
    "quiet": _texts(
        (
            "今あるものを大切にするのに向いた、静かな一週間です。",
            "A quiet week, made for looking after what you have.",
        ),
        (
            "歩みをゆるめて、心と体の手入れをするのにちょうどよい週です。",
            "Slow down a little; it is a good week for looking after yourself.",
        ),
        (
            "力をためる時期なので、予定は少なめがちょうどよさそうです。",
            "It is time to gather strength, so fewer plans are just right.",
        ),
        (
            "派手さはなくても、ていねいに過ごした分だけ後で効いてきます。",
            "Nothing showy, but the care you take now will pay off later.",
        ),
        (
            "急がなくてよい週なので、いつもの手順を大事にすると落ち着けます。",
            "There is no need to hurry, and familiar routines will keep you steady.",
        ),
        (
            "小さな用事を片づけるうちに、気持ちの風通しがよくなっていく週です。",
            "As you clear away small chores, the air gets fresher.",
        ),
    ),
    "mixed": _texts(
        (
            "晴れたり曇ったりの週なので、予定に少し余白を残すと安心です。",
            "Sun and cloud take turns, so leave a little slack in your plans.",
        ),
        (
            "よい日と控えめな日が、代わる代わるやってくる一週間です。",
            "Good days and modest ones alternate this week.",
        ),
        (
            "浮き沈みを気にせず、自分の調子で進めば十分に実ります。",
            "Never mind the ups and downs; at your own pace the week comes out well.",
        ),
        (
            "日ごとに風向きが変わるので、動く日と休む日を分けるとうまくいきます。",
            "The wind changes daily, so it helps to choose days to act and days to rest.",
        ),
        (
            "上り下りのある道でも、曲がり角ごとに新しい景色が見えてきます。",
            "The road goes up and down, with a new view at every bend.",
        ),
        (
            "一日ごとに表情の違う週なので、その朝の気分を道しるべにしてみましょう。",
            "Each day has a face of its own; let the mood of the morning be your guide.",
        ),
    ),
}

DAYS: Final[Mapping[Days, tuple[Text, ...]]] = {
    "best": _texts(
        (
            "いちばんの日は{best}なので、楽しみな用事はここに合わせてみましょう。",
            "{best} is the best day: match it with something you look forward to.",
        ),
        (
            "とりわけ{best}は明るく、思いきった一歩も軽やかに踏み出せます。",
            "{best} is especially bright, and even a bold step will feel light.",
        ),
        (
            "迷っていることがあれば、{best}に決めると気持ちが晴れます。",
            "If you are of two minds about something, {best} is the day to decide.",
        ),
        (
            "{best}にはうれしい偶然がありそうなので、少しだけ時間を空けておきましょう。",
            "A happy coincidence may come on {best}, so leave a little room for it.",
        ),
        (
            "声をかけたい人がいるなら、{best}がよいきっかけになります。",
            "If there is someone you want to speak to, {best} gives you an opening.",
        ),
        (
            "{best}に始めたことは、長く続いていきそうです。",
            "What you begin on {best} is likely to last.",
        ),
        (
            "自分へのごほうびは、{best}に取っておきましょう。",
            "If you have a treat in mind for yourself, {best} is the day for it.",
        ),
    ),
    "best before hardest": _texts(
        (
            "{best}に進めておけば、{hardest}は肩の力を抜いて過ごせます。",
            "Get ahead on {best}, and you can take it easy on {hardest}.",
        ),
        (
            "{best}の明るさを胸に、{hardest}は早めに休むとよさそうです。",
            "Carry the light of {best} with you, and turn in early on {hardest}.",
        ),
        (
            "大切な用は{best}に、{hardest}は余白を多めに取りましょう。",
            "Keep important things for {best}, and leave plenty of room on {hardest}.",
        ),
        (
            "{best}がいちばんの日になり、{hardest}はのんびりするのに向いています。",
            "{best} is the high point, and {hardest} is made for taking things slowly.",
        ),
        (
            "{best}の手ごたえが、{hardest}の支えになってくれます。",
            "What goes well on {best} will carry you through {hardest}.",
        ),
        (
            "動くなら{best}、整えるなら{hardest}と決めておくと迷いません。",
            "Act on {best} and tidy up on {hardest}, and you will not have to wonder.",
        ),
        (
            "{best}に笑った分だけ、{hardest}の小さなつまずきは気にならなくなります。",
            "The more you laugh on {best}, the less a small stumble on {hardest} will matter.",
        ),
    ),
    "hardest before best": _texts(
        (
            "{hardest}は無理をせず、{best}に力を取っておきましょう。",
            "Go easy on {hardest}, and save your strength for {best}.",
        ),
        (
            "{hardest}に思うように進まなくても、{best}にきれいに取り返せます。",
            "If {hardest} does not go as planned, {best} makes up for it.",
        ),
        (
            "{hardest}は聞き役にまわり、{best}に自分の話をするとうまくいきます。",
            "Do your listening on {hardest} and your talking on {best}.",
        ),
        (
            "{hardest}をゆっくり越えれば、{best}に明るい景色が開けます。",
            "Take {hardest} slowly, and {best} opens up bright before you.",
        ),
        (
            "{hardest}に下ごしらえをしておくと、{best}に花が開きます。",
            "Lay the groundwork on {hardest}, and {best} will flower.",
        ),
        (
            "{hardest}は早めに眠り、{best}を楽しみに迎えましょう。",
            "Get to bed early on {hardest}, and look forward to {best}.",
        ),
        (
            "{hardest}に迷ったことも、{best}には自然と答えが見えてきます。",
            "What puzzles you on {hardest} will make sense by {best}.",
        ),
    ),
}

WEEKDAYS: Final = _texts(
    ("月曜日", "Monday"),
    ("火曜日", "Tuesday"),
    ("水曜日", "Wednesday"),
    ("木曜日", "Thursday"),
    ("金曜日", "Friday"),
    ("土曜日", "Saturday"),
    ("日曜日", "Sunday"),
)
