// ---- Start ----

const PARTS = [forgetForm, openOwnSign, offerLanguage, dayTurn, evening, offerHomeScreen, directions, leadToOwnList, likeButtons, withdrawals, receiveCode, receiveLots, sendCode, markOwnSigns, chooseSign, ownCard, anotherQuote, drawnToday, tieOrKeep, monthOfLots, yearAgo, shareButtons, copyButtons, keptBirthday, swipe, printing, marks, openMonth, chooseCalendar, ownWay, showTown, serviceWorker];

for (const part of PARTS) {
  try {
    part();
  } catch (error) {
    console.warn(part.name, error);
  }
}
