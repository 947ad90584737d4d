// ---- What the visitor liked a year ago today ----

async function yearAgo() {
  const { today } = document.body.dataset;
  const home = document.querySelector(".home");
  if (!home || !today || !Object.keys(likes.all()).length || load("nothingYearAgo", "") === today) return;
  try {
    const mine = await (await request(`${OWN_LIST}&limit=1`)).text();
    const found = new DOMParser().parseFromString(mine, "text/html").querySelector(".year-ago");
    if (!found) store("nothingYearAgo", today);
    // Below everything else, unless that is in sight and would move.
    else if (home.getBoundingClientRect().bottom > innerHeight) home.append(found);
  } catch {
    // Not now.
  }
}
