// ---- Which way a page turns: to an earlier day or to a later one ----

function directions() {
  const dayOf = (url) => url.searchParams.get("date") ?? todayInJapan();
  const turn = ({ viewTransition, activation = window.navigation?.activation }) => {
    if (!viewTransition?.types || !activation?.from?.url) return;
    const [from, to] = [activation.from.url, activation.entry.url].map((url) => new URL(url));
    if (from.pathname !== to.pathname || dayOf(from) === dayOf(to)) return;
    viewTransition.types.add(dayOf(to) < dayOf(from) ? "earlier" : "later");
  };
  addEventListener("pageswap", turn);
  addEventListener("pagereveal", turn); // too late where the script comes after the first paint
}
