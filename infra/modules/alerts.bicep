// Alerts for people if a sweep or the mail fails, or if the sweep does not run at all.
param token string
param location string
param tags object
param recipients array
param workspaceId string
param sweepLateAfter string

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'dirsync'
    enabled: true
    emailReceivers: [
      for (address, index) in recipients: {
        name: 'recipient-${index}'
        emailAddress: trim(address)
        useCommonAlertSchema: true
      }
    ]
  }
}

// Runs of timers are requests in Application Insights, and host.json samples no request away.
var rules = [
  {
    name: 'sweep-failed'
    title: 'The sweep of quarantined values failed'
    whatItMeans: 'Some tenants were not swept. Vacant values are not released until the next sweep, which tries again.'
    query: 'AppRequests | where Name == "sweepQuarantine" and Success == false'
    operator: 'GreaterThan'
    threshold: 0
    every: 'PT30M'
    over: 'PT1H'
  }
  {
    name: 'sweep-late'
    title: 'No sweep of quarantined values has succeeded for too long'
    whatItMeans: 'The timer does not run, or each run fails. POST /api/tenants/{tenantId}/sweep sweeps one tenant now.'
    query: 'AppRequests | where Name == "sweepQuarantine" and Success == true'
    operator: 'LessThan'
    threshold: 1
    every: 'PT1H'
    over: sweepLateAfter
  }
  {
    name: 'mail-failed'
    title: 'The Monday mail failed'
    whatItMeans: 'At least one tenant did not get its mail. GET /api/tenants/{tenantId} says why; the next run tries again.'
    query: 'AppRequests | where Name == "sendMondayMail" and Success == false'
    operator: 'GreaterThan'
    threshold: 0
    every: 'PT30M'
    over: 'PT1H'
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${rule.name}-${token}'
    location: location
    tags: tags
    properties: {
      displayName: rule.title
      description: '${rule.whatItMeans} docs/operations.md says more.'
      severity: 1
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.every
      windowSize: rule.over
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: true
      // The table of requests is created by the first request, which comes later.
      skipQueryValidation: true
      actions: { actionGroups: [people.id] }
    }
  }
]
