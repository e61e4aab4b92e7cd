// Azure Communication Services Email: a domain that Azure manages, and your own domain if you have one.
param token string
param tags object
param dataLocation string
param domain string
param sendFrom string
param principalId string
param workspaceId string

// The smallest built-in role that may send. Its other rights on this one resource are in docs/security.md.
var communicationAndEmailServiceOwner = '09976791-48a7-449e-bb21-39d1a415f350'

resource email 'Microsoft.Communication/emailServices@2023-04-01' = {
  name: 'email-${token}'
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }
}

resource managedDomain 'Microsoft.Communication/emailServices/domains@2023-04-01' = {
  parent: email
  name: 'AzureManagedDomain'
  location: 'global'
  tags: tags
  // Tracking rewrites links, and would disclose the link to the report.
  properties: { domainManagement: 'AzureManaged', userEngagementTracking: 'Disabled' }
}

resource ownDomain 'Microsoft.Communication/emailServices/domains@2023-04-01' = if (!empty(domain)) {
  parent: email
  name: empty(domain) ? 'none.invalid' : domain
  location: 'global'
  tags: tags
  properties: { domainManagement: 'CustomerManaged', userEngagementTracking: 'Disabled' }
}

resource service 'Microsoft.Communication/communicationServices@2023-04-01' = {
  name: 'acs-${token}'
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    // A domain that is not verified cannot be linked.
    linkedDomains: sendFrom == 'custom' ? [ownDomain.id] : [managedDomain.id]
  }
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(service.id, principalId, communicationAndEmailServiceOwner)
  scope: service
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', communicationAndEmailServiceOwner)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

// The alert for mail that did not arrive reads these logs.
resource mailLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'mail-logs'
  scope: service
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'EmailSendMailOperational', enabled: true }
      { category: 'EmailStatusUpdateOperational', enabled: true }
    ]
  }
}

output endpoint string = 'https://${service.properties.hostName}/'
output senderAddress string = 'DoNotReply@${sendFrom == 'custom' ? domain : managedDomain.properties.mailFromSenderDomain}'
output domainRecords object = empty(domain) ? {} : ownDomain!.properties.verificationRecords
