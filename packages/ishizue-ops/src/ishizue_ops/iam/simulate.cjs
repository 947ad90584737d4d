// Reads a JSON array of simulations from standard input and writes their results, in that order.
const { runSimulation } = require('@cloud-copilot/iam-simulate')
const { text } = require('node:stream/consumers')

// AWS's reference lists `sub` and `aud` of some providers only, and the simulator drops what it does
// not list: all providers' keys get the name of a listed one, in the policy and in the request.
const listed = (input) => input.replaceAll(/"[^"]+:(sub|aud)":/g, '"accounts.google.com:$1":')

async function decide(simulation) {
  const found = await runSimulation(simulation, {})
  return found.resultType === 'error' ? { error: found.errors } : { decision: found.overallResult }
}

text(process.stdin)
  .then((input) => Promise.all(JSON.parse(listed(input)).map(decide)))
  .then((results) => process.stdout.write(JSON.stringify(results)))
