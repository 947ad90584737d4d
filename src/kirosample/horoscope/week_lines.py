"""The lines of a week: how it goes, and its days.

`{week}` is 今週 or 来週, capitalized as `{Week}` in English; `{best}` and `{hardest}` are weekdays.
"""

from collections.abc import Mapping
from typing import Final, Literal

from kirosample.text import Text

Trend = Literal["rising", "falling", "peak", "dip", "bright", "quiet", "mixed"]
Days = Literal["best", "best before hardest", "hardest before best", "hardest", "level"]

_Line = tuple[str, str]


def _texts(*lines: _Line) -> tuple[Text, ...]:
    return tuple(Text(*line) for line in lines)


TRENDS: Final[Mapping[Trend, tuple[Text, ...]]] = {
    "rising": _texts(
        (
            "{week}は初めこそゆっくりでも、日を追うごとに足どりが軽くなります。",
            "{Week} starts slowly, and your step gets lighter day by day.",
        ),
        (
            "{week}の前半は支度の時間で、実りは後半にやってきます。",
            "The first half of {week} is for getting ready; the second half brings the results.",
        ),
        (
            "{week}は静かに始まり、週末へ向かって少しずつ明るさが増していきます。",
            "{Week} begins quietly and brightens as the weekend comes near.",
        ),
        (
            "{week}の追い風は後半に吹くので、急がない用事は後ろに回すとうまく運びます。",
            "The wind is with you in the second half of {week}, so save for it whatever can wait.",
        ),
        (
            "{week}は低いところから始まる分、後半には見晴らしのよさを味わえそうです。",
            "{Week} starts low, which makes the view later on all the better.",
        ),
        (
            "{week}は初めの足踏みが助走になって、後半に思いがけない伸びを見せます。",
            "{Week} hesitates at first, as if for a run-up: the later days surprise you.",
        ),
    ),
    "falling": _texts(
        (
            "{week}は前半に勢いがあるので、やりたいことは早めに始めるとはかどります。",
            "The energy of {week} is in its first half: start early on what you most want to do.",
        ),
        (
            "{week}はよい流れで始まり、後半は少しずつ歩みがゆるみます。",
            "{Week} carries you in on a good current and eases its pace as the days go on.",
        ),
        (
            "{week}は大事な約束を初めに置き、後半は体を休めると釣り合いがとれます。",
            "Put what matters at the start of {week}, and let the later days be for rest.",
        ),
        (
            "{week}は前半でつかんだ手ごたえを、後半に静かに味わう流れです。",
            "What you win early in {week}, you get to enjoy quietly later on.",
        ),
        (
            "{week}は初めの好調を蓄えておけば、後半の小さな波は笑って越えられます。",
            "Store up the good start of {week}, and you will ride the later waves with a smile.",
        ),
        (
            "{week}は出だしの軽やかさを大切に、後半は予定を詰め込まないのがこつです。",
            "Make the most of a light start, and leave the second half of {week} uncrowded.",
        ),
    ),
    "peak": _texts(
        (
            "{week}は真ん中に山場があり、前後は穏やかに過ぎていきます。",
            "The high point of {week} is in the middle, with calmer days on either side.",
        ),
        (
            "{week}は初めに整え、半ばで動き、週末に味わうという流れが自然です。",
            "Prepare early, act midweek, savor it over the weekend: that is the rhythm of {week}.",
        ),
        (
            "{week}は半ばに向けて気持ちが上向き、いちばんの見せ場が平日のうちに訪れます。",
            "Your spirits climb toward the middle of {week}; the best moment comes on a weekday.",
        ),
        (
            "{week}は半ばになると、物事がするすると運びはじめます。",
            "Around the middle of {week}, things begin to fall into place.",
        ),
        (
            "{week}は半ばが明るいので、会いたい人との約束はそのあたりに置くとよさそうです。",
            "The middle of {week} is bright, a good place for plans with people you like.",
        ),
        (
            "{week}は始まりと終わりが静かでも、真ん中に心の晴れる時間が待っています。",
            "{Week} begins and ends quietly, with a clear, bright stretch in between.",
        ),
    ),
    "dip": _texts(
        (
            "{week}は明るく始まり、半ばでひと休みして、週末にまた元気が戻ります。",
            "{Week} starts bright and pauses in the middle; your energy is back for the weekend.",
        ),
        (
            "{week}の半ばは歩幅を小さくしておけば、週末には元の調子に戻れます。",
            "Take smaller steps in the middle of {week}: your stride is back by the weekend.",
        ),
        (
            "{week}の谷は真ん中に一度だけで、前後はどちらも明るい道です。",
            "{Week} has one low stretch, in the middle, with a bright road on both sides.",
        ),
        (
            "{week}は半ばの足踏みを気にせず、始まりと終わりを楽しむのがよい味わい方です。",
            "Never mind a slow middle: {week} is to be enjoyed at its beginning and its end.",
        ),
        (
            "{week}は初めの勢いがいったん落ち着いても、週末の楽しみが待っています。",
            "The early momentum of {week} may settle down; the weekend has something in store.",
        ),
        (
            "{week}の真ん中の曇りは通り雨のようなもので、週末には空が晴れます。",
            "The clouds in the middle of {week} are a passing shower, and the weekend is clear.",
        ),
    ),
    "bright": _texts(
        (
            "{week}は全体に追い風が吹き、のびのびと過ごせます。",
            "{Week} has the wind behind you and room to stretch.",
        ),
        (
            "{week}は晴れ間が多く、足どりも軽くなりそうです。",
            "{Week} has plenty of clear sky, and puts a spring in your step.",
        ),
        (
            "{week}は何かを始めるにも続けるにも、後押しを感じられます。",
            "Whether you begin something or carry on, {week} will support you.",
        ),
        (
            "{week}は笑顔の種があちこちで見つかる、実りの多い週になりそうです。",
            "{Week} looks fruitful, with small reasons to smile all around.",
        ),
        (
            "{week}は調子のよさがほどよく続くので、少し背伸びした予定も楽しめます。",
            "Your good form lasts through {week}, so even a slightly ambitious plan will be fun.",
        ),
        (
            "{week}は足もとが明るく、たいていの日は気持ちよく動けそうです。",
            "The path through {week} is well lit; most days will do for getting things moving.",
        ),
    ),
    "quiet": _texts(
        (
            "{week}は静かな流れで、今あるものを大切にするのに向いています。",
            "{Week} is quiet, made for looking after what you have.",
        ),
        (
            "{week}は歩みをゆるめて、心と体の手入れをするのにちょうどよい週です。",
            "Slow down a little: {week} is good for looking after yourself.",
        ),
        (
            "{week}は力をためる時期なので、予定は少なめがちょうどよさそうです。",
            "{Week} is a time to gather strength, so fewer plans are just right.",
        ),
        (
            "{week}は派手さがなくても、ていねいに過ごした分だけ後で効いてきます。",
            "{Week} has nothing showy about it, but the care you take will pay off later.",
        ),
        (
            "{week}は急がなくてよいので、いつもの手順を大事にすると落ち着けます。",
            "{Week} asks for no hurry; familiar routines will keep you steady.",
        ),
        (
            "{week}は小さな用事を片づけるうちに、気持ちの風通しがよくなっていきます。",
            "{Week} is for small chores: as you clear them away, the air gets fresher.",
        ),
    ),
    "mixed": _texts(
        (
            "{week}は晴れたり曇ったりなので、予定に少し余白を残すと安心です。",
            "{Week} has sun and cloud by turns, so leave a little slack in your plans.",
        ),
        (
            "{week}はよい日と控えめな日が、代わる代わるやってきます。",
            "{Week} goes back and forth between good days and modest ones.",
        ),
        (
            "{week}は浮き沈みを気にせず、自分の調子で進めば十分に実ります。",
            "Never mind the ups and downs; at your own pace {week} comes out well.",
        ),
        (
            "{week}は日ごとに風向きが変わるので、動く日と休む日を分けるとうまくいきます。",
            "{Week} has a new wind every day: choose days to act and days to rest.",
        ),
        (
            "{week}は上り下りのある道でも、曲がり角ごとに新しい景色が見えてきます。",
            "The road through {week} goes up and down, with a new view at every bend.",
        ),
        (
            "{week}は一日ごとに表情が違うので、その朝の気分を道しるべにしてみましょう。",
            "Each day of {week} has a face of its own; let the mood of the morning be your guide.",
        ),
    ),
}
"""Of a whole week."""

REST: Final[Mapping[Trend, tuple[Text, ...]]] = {
    "rising": _texts(
        (
            "{week}はこのあと、一日ごとに空が明るくなっていきます。",
            "From here on, {week} brightens day by day.",
        ),
        (
            "{week}はここからが本番なので、楽しみは先の日に取っておきましょう。",
            "The best part of {week} is still ahead, so save something nice for it.",
        ),
        (
            "{week}は、ここから終わりに向けて少しずつ調子が上がります。",
            "Your form picks up little by little toward the end of {week}.",
        ),
        (
            "急がずに進めば、{week}は終わりに近づくほど景色がよくなります。",
            "Take your time: the view improves toward the end of {week}.",
        ),
        (
            "{week}の残りは上り坂で、登るほどに風が心地よくなります。",
            "What is left of {week} climbs, and the breeze gets nicer the higher you go.",
        ),
        (
            "手間のかかる用を先に済ませると、{week}の締めくくりが軽くなります。",
            "Get the chores out of the way first, and {week} ends on a light note.",
        ),
    ),
    "falling": _texts(
        (
            "{week}に勢いがあるのは早いうちなので、大事な用から手をつけましょう。",
            "The energy of {week} is in the days right ahead, so begin with what matters.",
        ),
        (
            "{week}はこのあとゆっくり速度が落ち、終わりは休むのに向いています。",
            "{Week} slows down from here, and its end is made for rest.",
        ),
        (
            "よい流れはもう手もとにあるので、{week}の用事は早めに片づけましょう。",
            "The good current is right here: see to the business of {week} early.",
        ),
        (
            "{week}は終わりに予定を詰め込まなければ、穏やかに締めくくれます。",
            "Leave the end of {week} uncrowded, and it will close gently.",
        ),
        (
            "早めに動いた分だけ、{week}の終わりをのんびり過ごせます。",
            "The earlier you act, the more leisurely {week} ends.",
        ),
        (
            "{week}は前へ出るなら早めに、終わりが近づいたら聞き役にまわりましょう。",
            "If you mean to step forward, do it soon; toward the end of {week}, listen.",
        ),
    ),
    "bright": _texts(
        (
            "{week}の残りは、追い風の吹く日が多くなりそうです。",
            "For the rest of {week}, the wind is mostly behind you.",
        ),
        (
            "{week}はこのあとも、足どり軽く過ごせそうです。",
            "You go on with a light step for the rest of {week}.",
        ),
        (
            "{week}のうちにやりたいことがあれば、このあとの日々が味方になります。",
            "Whatever you still want from {week}, the days ahead are on your side.",
        ),
        (
            "{week}の残りは全体に明るいので、誰かを誘ってみるのもよさそうです。",
            "The rest of {week} is bright on the whole, a good time to invite somebody.",
        ),
        (
            "{week}は残りの日にも、うれしい知らせの入る余地がたっぷりあります。",
            "What is left of {week} has plenty of room for good news.",
        ),
        (
            "このまま進めば、{week}は気持ちよく終えられそうです。",
            "Keep going as you are, and {week} will feel well spent.",
        ),
    ),
    "quiet": _texts(
        (
            "{week}の残りは静かなので、早めに眠る日をつくりましょう。",
            "The rest of {week} is quiet: make room for an early night.",
        ),
        (
            "{week}はこのあと、無理をしない人がいちばん得をします。",
            "For the rest of {week}, those who do not overdo it come out ahead.",
        ),
        (
            "{week}に片づかない分は、そのまま次へ送ってもかまいません。",
            "Whatever {week} leaves undone may well wait.",
        ),
        (
            "{week}の残りは、手もとを整えて過ごすと心が落ち着きます。",
            "Spend the rest of {week} putting things in order, and you will feel settled.",
        ),
        (
            "{week}はこのあと控えめに進み、力をためておくとよさそうです。",
            "Go gently through the rest of {week}, and save your strength.",
        ),
        (
            "{week}の残りは、ひとつ終われば上出来くらいの気持ちで過ごしましょう。",
            "For the rest of {week}, one thing finished is plenty.",
        ),
    ),
    "mixed": _texts(
        (
            "{week}の残りは空模様が日ごとに変わるので、傘を一本持つつもりで過ごしましょう。",
            "The sky changes daily for the rest of {week}; carry an umbrella, so to speak.",
        ),
        (
            "{week}はこのあとも、よい日と控えめな日がまじります。",
            "The rest of {week} is a mix of good days and modest ones.",
        ),
        (
            "{week}の残りは、調子のよい日に進めて、そうでない日は休みましょう。",
            "For the rest of {week}, move on the good days and rest on the others.",
        ),
        (
            "浮き沈みも、{week}の残りを退屈させない味つけになります。",
            "The ups and downs will keep the rest of {week} from being dull.",
        ),
        (
            "{week}はこのあとも山あり谷ありなので、予定は動かしやすくしておきましょう。",
            "{Week} still has its hills and dips, so keep your plans easy to move.",
        ),
        (
            "{week}の残りは一日ずつ区切って考えると、足もとが見えやすくなります。",
            "Take the rest of {week} one day at a time, and you will see where to step.",
        ),
    ),
}
"""Of the days that are left of a week, which has no peak or dip any more."""

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
            "自分へのごほうびは、{best}がいちばん似合います。",
            "If you have a treat in mind for yourself, {best} is the day for it.",
        ),
        (
            "{best}は早起きをして、やりたいことから始めましょう。",
            "Get up early on {best}, and start with what you like.",
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
        (
            "会いたい人には{best}に会い、{hardest}はひとりで静かに過ごしましょう。",
            "See the people you like on {best}, and keep {hardest} for yourself.",
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
        (
            "{hardest}は家のことを片づけ、{best}に外へ出かけましょう。",
            "Stay in and tidy up on {hardest}, and go out on {best}.",
        ),
    ),
    "hardest": _texts(
        (
            "{hardest}は肩の力を抜いて、早めに切り上げましょう。",
            "Take {hardest} easy, and call it a day early.",
        ),
        (
            "{hardest}は予定を一つ減らしておくと、楽に過ごせます。",
            "Drop one plan from {hardest}, and it will go easier.",
        ),
        (
            "急ぎでない返事は、{hardest}を過ぎてからでも間に合います。",
            "Answers that are not urgent can wait until {hardest} is over.",
        ),
        (
            "{hardest}は温かいものを飲んで、ゆっくり眠るのがいちばんです。",
            "On {hardest}, a warm drink and a long sleep are best.",
        ),
        (
            "大きな決めごとは、{hardest}を避けておくと安心です。",
            "Big decisions are better kept away from {hardest}.",
        ),
        (
            "{hardest}にうまくいかなくても、星のせいにして大丈夫です。",
            "If {hardest} does not go well, feel free to blame the stars.",
        ),
        (
            "{hardest}は人の速さに合わせず、自分の歩幅で行きましょう。",
            "On {hardest}, keep to your own stride and let others hurry.",
        ),
        (
            "{hardest}は荷物を軽くして、身軽に動けるようにしておきましょう。",
            "Travel light on {hardest}, and leave what you can at home.",
        ),
    ),
    "level": _texts(
        (
            "大きな波はないので、いつもどおりに過ごせば大丈夫です。",
            "No big waves are in sight, so your usual ways will do.",
        ),
        (
            "とびきりの日はなくても、困る日もなさそうです。",
            "No day stands out, and none looks troublesome.",
        ),
        (
            "どの日も同じくらいの調子なので、予定は人に合わせてもかまいません。",
            "One day is as good as another, so let others choose the time.",
        ),
        (
            "特別な日を待たずに、できることから始めましょう。",
            "There is no special day to wait for; begin with what you can.",
        ),
        (
            "平らな道が続くので、景色を眺めるゆとりがあります。",
            "The road is level, and there is time to look around.",
        ),
        (
            "こういうときは、習慣を一つ増やすのに向いています。",
            "Such days are good for taking up one small habit.",
        ),
        (
            "目立つ日はない分、毎日の食事と睡眠が効いてきます。",
            "With no day standing out, meals and sleep make the difference.",
        ),
        (
            "選ぶとしたら、天気のよい日がよい日になります。",
            "If you must choose, the day with fine weather is the good one.",
        ),
    ),
}
"""One more than a week has days, so that none returns within a week."""

WEEKS: Final[Mapping[bool, tuple[Text, Text]]] = {
    True: (Text("今週", "this week"), Text("来週", "next week")),
    False: (Text("この週", "that week"), Text("次の週", "the week after")),
}
"""This week and the next one, as told today and as told of another day."""

WEEKDAYS: Final = _texts(
    ("月曜日", "Monday"),
    ("火曜日", "Tuesday"),
    ("水曜日", "Wednesday"),
    ("木曜日", "Thursday"),
    ("金曜日", "Friday"),
    ("土曜日", "Saturday"),
    ("日曜日", "Sunday"),
)
