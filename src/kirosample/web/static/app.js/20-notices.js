// ---- Notices, which screen readers announce ----

const SHORT = 6000; // milliseconds
const WITH_ACTION = 12000;

function notify(text, { action, run, href, close, stays = false, lang } = {}) {
  const notices = document.querySelector(".notices");
  const notice = document.createElement("div");
  notice.className = "notice";
  let before = document.activeElement;
  notice.addEventListener("focusin", ({ relatedTarget }) => {
    if (relatedTarget && !notice.contains(relatedTarget)) before = relatedTarget;
  });
  if (lang) notice.lang = lang;
  const label = document.createElement("span");
  label.textContent = text;
  notice.append(label);
  const addButton = (label, then) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      notice.remove();
      const back = before.isConnected && before !== document.body ? before : document.querySelector("main");
      back.focus({ preventScroll: true });
      then();
    });
    notice.append(button);
  };
  if (href) {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = action;
    notice.append(link);
  } else if (action) addButton(action, run);
  if (close) addButton(close.label, close.run);
  // A notice stays while it is hovered or has the focus.
  const leave = () => {
    if (notice.matches(":hover, :focus-within")) setTimeout(leave, SHORT);
    else notice.remove();
  };
  if (!stays) {
    for (const old of notices.querySelectorAll(".notice:not([data-stays])")) old.remove();
    setTimeout(leave, action ? WITH_ACTION : SHORT);
  } else {
    notice.dataset.stays = "";
  }
  notices.append(notice);
  return notice;
}
