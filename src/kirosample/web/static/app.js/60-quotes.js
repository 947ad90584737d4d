// ---- Quotes without repeats ----

const SEEN_CHARACTERS = 7500; // of ids, some 390 of 490: the server limits the query

function anotherQuote() {
  const quote = document.querySelector("[data-quote]")?.dataset.quote;
  const link = document.querySelector("[data-another]");
  if (!quote || !link) return;
  let seen = load("seen", []);
  if (!Array.isArray(seen)) seen = [];
  // If "another" leads to a seen quote, all were seen: start over.
  const startOver = load("another", false) && seen.includes(quote);
  store("another", false);
  seen = [...(startOver ? [] : seen.filter((id) => id !== quote)), quote];
  while (seen.join(",").length > SEEN_CHARACTERS) seen.shift();
  store("seen", seen);
  link.search = `?not=${seen.map(encodeURIComponent).join(",")}`;
  link.addEventListener("click", () => store("another", true));
}
