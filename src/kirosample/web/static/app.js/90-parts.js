// ---- Start ----

const PARTS = [openOwnSign, offerLanguage, dayTurn, evening, offerHomeScreen, directions, leadToOwnList, likeButtons, withdrawals, receiveCode, sendCode, markOwnSigns, chooseSign, ownCard, anotherQuote, yearAgo, shareButtons, copyButtons, keptBirthday, swipe, printing, marks, openMonth, showTown, serviceWorker];

for (const part of PARTS) {
  try {
    part();
  } catch (error) {
    console.warn(part.name, error);
  }
}
