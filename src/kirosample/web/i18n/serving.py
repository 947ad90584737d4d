"""The messages of `ishizue` in Japanese, which are the keys of the catalogues."""

from collections.abc import Mapping

OF_SERVING: Mapping[str, str] = {
    "There is nothing at this address.": "このアドレスには何もありません。",
    "{field} is not valid. {expected}": "{field} の形が正しくありません。{expected}",
    "{field}: {expected}": "{field} は {expected}",
    "This page doesn't support that action.": "このアドレスでは、その操作はできません。",
    "Requests from other sites are not accepted.": (
        "ほかのサイトからの書き込みは受け付けていません。"
    ),
    "The body may have at most {most} bytes.": "本文は {most} バイトまでです。",
    "Too many requests at once. Please try again in about {seconds} seconds.": (
        "操作が続いています。{seconds} 秒ほどおいて、もう一度お試しください。"
    ),
    "Too many requests from your network are waiting. Please try again in a moment.": (
        "同じ回線からのご利用が重なっています。少し待ってから、もう一度お試しください。"
    ),
    "An address may have at most {most} query fields.": "アドレスの項目は {most} 個までです。",
    "The service is busy at the moment. Please try again shortly.": (
        "ただいま混み合っています。少し待ってから、もう一度お試しください。"
    ),
    "Sorry, something went wrong on our side.": (
        "申し訳ありません。こちらの不具合で、うまく処理できませんでした。"
    ),
    "The body is not valid JSON.": "本文を JSON として読めませんでした。",
    "The body is not a valid form.": "本文をフォームとして読めませんでした。",
    "Please send the body as {expected}.": "本文は {expected} で送ってください。",
    "The body was cut off.": "本文が途中で途切れました。",
    "The body did not arrive in time.": "本文が時間内に届きませんでした。",
    "Please send a JSON object as the body.": "本文は JSON のオブジェクトで送ってください。",
    "There is no field named {field}.": "{field} という項目はありません。",
    "{field} is missing. {expected}": "{field} がありません。{expected}",
}
