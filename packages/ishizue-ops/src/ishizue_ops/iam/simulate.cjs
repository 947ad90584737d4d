// Reads a JSON array of cases from standard input and writes what is decided of each, in that order.
const { runSimulation } = require('@cloud-copilot/iam-simulate')
const { text } = require('node:stream/consumers')

async function decide({ principal, action, resource, context, identity, policy }) {
  const simulation = {
    request: { principal, action, resource, contextVariables: context },
    identityPolicies: identity,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(policy ? { resourcePolicy: policy } : {}),
  }
  const found = await runSimulation(simulation, {})
  return found.resultType === 'error' ? { error: found.errors } : { decision: found.overallResult }
}

text(process.stdin)
  .then((input) => Promise.all(JSON.parse(input).map(decide)))
  .then((results) => process.stdout.write(JSON.stringify(results)))
