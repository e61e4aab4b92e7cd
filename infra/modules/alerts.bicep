// Alerts for people if a sweep or the mail fails, if the sweep does not run at all, and if requests fail.
param token string
param location string
param tags object
param recipients array
param workspaceId string
param sweepLateAfter string
@description('No alert for a late sweep before this moment: a new app has not swept yet.')
param sweepLateFrom string

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
    query: 'AppRequests | where Name == "sweepQuarantine" and Success == true | summarize swept = count() | where swept == 0 and now() > datetime(${sweepLateFrom})'
    operator: 'GreaterThan'
    threshold: 0
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
  {
    name: 'mail-bounced'
    title: 'A mail did not arrive'
    whatItMeans: 'The mail service accepted a mail, but it bounced, was suppressed or failed. Correct the recipients with PUT /api/tenants/{tenantId}.'
    query: 'ACSEmailStatusUpdateOperational | where isnotempty(RecipientId) and DeliveryStatus in ("Bounced", "Suppressed", "Failed", "FilteredSpam", "Quarantined")'
    operator: 'GreaterThan'
    threshold: 0
    every: 'PT30M'
    over: 'PT1H'
  }
  {
    name: 'requests-failed'
    title: 'Requests failed with an unexpected error'
    whatItMeans: 'The service answered with 500: a defect, or rows that contradict each other. The log has the error under the invocation id of the answer.'
    query: 'AppRequests | where toint(ResultCode) == 500'
    operator: 'GreaterThan'
    threshold: 0
    every: 'PT15M'
    over: 'PT30M'
  }
  {
    name: 'requests-refused'
    title: 'More than one request in twenty is answered with 503'
    whatItMeans: 'The storage is throttled or does not answer, or more is asked than the instances can take. Clients try again.'
    query: 'AppRequests | summarize busy = countif(ResultCode == "503"), total = count() | where busy >= 10 and busy * 20 > total'
    operator: 'GreaterThan'
    threshold: 0
    every: 'PT15M'
    over: 'PT30M'
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
      // Tables are created by their first entry, which comes later.
      skipQueryValidation: true
      actions: { actionGroups: [people.id] }
    }
  }
]
