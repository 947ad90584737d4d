// ---- What the page says ----

const MESSAGES = {
  ja: {
    0: "つながりませんでした。電波のよいところで、もう一度お試しください。",
    403: "このアドレスからは、お気に入りを変えられません。いつものアドレスから開いてください。",
    404: "取り消せませんでした。このブラウザーは Cookie を受け付けないようです。",
    422: "お気に入りに入れられる期間が過ぎました。",
    429: "ただいま混み合っています。少し待ってから、もう一度お試しください。",
    503: "お気に入りは、ただいまお休みしています。少し待ってから、もう一度お試しください。",
    failed: "うまくいきませんでした。もう一度お試しください。",
    added: "保存しました。",
    already: "すでに保存ずみです。",
    removed: "一覧から外しました。",
    restored: "一覧に戻しました。",
    noList: "数えました。このブラウザーは Cookie か保存を受け付けないので、わたしの一覧には残りません。",
    mine: "わたしの一覧",
    undo: "元に戻す",
    usual: "いつものアドレスで開く",
    me: "わたし",
    chosen: "わたしの星座にしました。",
    unchosen: "わたしの星座から外しました。",
    forgotten: "このブラウザーには保存できませんでした。",
    copied: "アドレスをコピーしました。",
    turned: "日付が変わりました。",
    arrived: "今日のページが届きました。",
    openToday: "今日のページを開く",
    offered: "日本語でも読めます",
    accept: "開く",
    close: "閉じる",
    drawn: "今日のくじ",
    lot: "日、{n}番、",
    tied: "結んだ",
    slip: "持ち帰った",
    homeApple: "毎朝すぐに開くには、ブラウザーの「共有」から「ホーム画面に追加」。",
    homeFirefox: "毎朝すぐに開くには、ブラウザーのメニューから「アプリをホーム画面に追加」。",
    homeChrome: "毎朝すぐに開くには、ブラウザーのメニュー（⋮）から「ホーム画面に追加」。",
  },
  en: {
    0: "No connection. Please try again when you are online.",
    403: "Favorites can’t be changed from this address. Please open the usual one.",
    404: "We couldn’t remove it. This browser seems to block cookies.",
    422: "This reading is too old to add to favorites.",
    429: "We’re busy right now. Please try again in a moment.",
    503: "Favorites are unavailable right now. Please try again in a moment.",
    failed: "That didn’t work. Please try again.",
    added: "Saved.",
    already: "Already saved.",
    removed: "Removed from your list.",
    restored: "Back in your list.",
    noList: "Counted. This browser refuses cookies or storage, so it keeps no list of yours.",
    mine: "My list",
    undo: "Undo",
    usual: "Open the usual address",
    me: "Me",
    chosen: "Saved as your sign.",
    unchosen: "No longer your sign.",
    forgotten: "This browser couldn’t save it.",
    copied: "Address copied.",
    turned: "A new day has begun in Japan.",
    arrived: "Today’s page has arrived.",
    openToday: "Open today’s page",
    offered: "Also in English",
    accept: "Open",
    close: "Close",
    drawn: "Today’s lot",
    lot: ": lot {n}, ",
    tied: "tied",
    slip: "taken home",
    homeApple: "To open it each morning: “Share” in your browser, then “Add to Home Screen”.",
    homeFirefox: "To open it each morning: your browser’s menu, then “Add app to Home screen”.",
    homeChrome: "To open it each morning: your browser’s menu (⋮), then “Add to Home screen”.",
  },
};

const language = document.documentElement.lang;
const messages = MESSAGES[language] ?? MESSAGES.ja;

function notifyFailure(status) {
  // Refused under an address that is not the public one, which the page may know.
  const usual = status === 403 && document.querySelector(`link[hreflang=${language}]`);
  const offer = usual ? { action: messages.usual, run: () => location.assign(usual.href) } : {};
  notify(messages[status] ?? messages.failed, offer);
}
