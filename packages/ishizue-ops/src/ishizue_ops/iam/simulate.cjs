// Reads a JSON array of simulations from standard input and writes their results, in that order.
const { runSimulation } = require('@cloud-copilot/iam-simulate')
const { text } = require('node:stream/consumers')

async function decide(simulation) {
  const found = await runSimulation(simulation, {})
  return found.resultType === 'error' ? { error: found.errors } : { decision: found.overallResult }
}

text(process.stdin)
  .then((input) => Promise.all(JSON.parse(input).map(decide)))
  .then((results) => process.stdout.write(JSON.stringify(results)))
