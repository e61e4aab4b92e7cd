// The whole service in one resource group. `azd up` deploys it, or `az deployment sub create`: docs/deploy.md.
//
// The shape of the function app follows Azure-Samples/functions-quickstart-typescript-azd (infra/main.bicep). There are no
// modules from a registry here: what is deployed can be read in this folder.
targetScope = 'subscription'

@description('Tells this deployment from others; all names derive from it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('The region of everything that has one. Flex Consumption must be offered there.')
@minLength(1)
param location string

@description('The resource group; rg-<environmentName> unless given.')
param resourceGroupName string = ''

@description('Who gets the alerts: mail addresses, separated by commas.')
@minLength(3)
param alertRecipients string

@description('Standard_ZRS keeps the data in three zones, Standard_GZRS in another region as well; Standard_LRS where the region has no zones.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'

@description('The version of Node.js that runs the functions.')
@allowed(['22', '24'])
param nodeVersion string = '24'

@description('The memory of an instance, in MB. A large export needs about ten times its own size.')
@allowed(['512', '2048', '4096'])
param instanceMemoryMB string = '2048'

@description('How many instances run at most.')
param maximumInstanceCount string = '40'

@description('Who may call the app at all: address ranges as 203.0.113.0/24, separated by commas; everybody where empty. The links in the mails must reach it, too.')
param allowedAddressRanges string = ''

@description('Where the mail service keeps its data.')
param mailDataLocation string = 'Europe'

@description('A mail domain of your own, which must then be verified; none where empty.')
param mailDomain string = ''

@description('From which domain mails go out: the one that Azure manages (10 mails an hour), or mailDomain once it is verified.')
@allowed(['managed', 'custom'])
param mailFrom string = 'managed'

@description('When the sweep runs: NCRONTAB of six fields, in UTC.')
param sweepSchedule string = '0 0 * * * *'

@description('How long no sweep may have succeeded before an alert, as an ISO 8601 duration; more than sweepSchedule leaves between two.')
param sweepLateAfter string = 'PT3H'

@description('When the Monday mail runs: NCRONTAB of six fields, in UTC.')
param mondayMailSchedule string = '0 0 * * * 0-2'

@description('Where links to the report point, if not at the address of the function app.')
param reportBaseUrl string = ''

@description('How long a link to the report is good, in days, 1 to 90.')
param reportLinkDays string = '8'

@description('While the link key is rotated, the name of the secret with the key before.')
param previousLinkKeySecret string = ''

@description('The id of the Microsoft Entra tenant whose access tokens are accepted; function keys where empty.')
param entraTenantId string = ''

@description('The application (client) id that access tokens must be for; function keys where empty.')
param apiAudience string = ''

@description('Where access tokens come from, if not from https://login.microsoftonline.com.')
param entraAuthorityHost string = ''

@description('How long logs are kept, in days, 30 to 730.')
param logRetentionDays string = '90'

@description('How many GB of logs are taken in a day at most; -1 for no limit.')
param dailyLogLimitGB string = '5'

@description('The key that signs links, used only where the vault has none yet: a later deployment leaves the key as it is.')
@secure()
@minLength(32)
param newLinkKey string = '${newGuid()}${newGuid()}'

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2021-04-01' = {
  name: empty(resourceGroupName) ? 'rg-${environmentName}' : resourceGroupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: { name: 'id-${token}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    retentionDays: int(logRetentionDays)
    dailyLimitGB: int(dailyLogLimitGB)
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    sku: storageSku
    principalId: identity.outputs.principalId
  }
}

module mail 'modules/mail.bicep' = {
  name: 'mail'
  scope: group
  params: {
    token: token
    tags: tags
    dataLocation: mailDataLocation
    domain: mailDomain
    sendFrom: mailFrom
    principalId: identity.outputs.principalId
  }
}

module linkKey 'modules/link-key.bicep' = {
  name: 'link-key'
  scope: group
  params: {
    vaultName: 'kv-${token}'
    location: location
    tags: tags
    newKey: newLinkKey
    principalId: identity.outputs.principalId
  }
}

module app 'modules/function-app.bicep' = {
  name: 'function-app'
  scope: group
  params: {
    name: 'func-${token}'
    location: location
    // azd finds by this tag where the service of azure.yaml goes.
    tags: union(tags, { 'azd-service-name': 'api' })
    nodeVersion: nodeVersion
    instanceMemoryMB: int(instanceMemoryMB)
    maximumInstanceCount: int(maximumInstanceCount)
    allowedAddressRanges: empty(allowedAddressRanges) ? [] : split(allowedAddressRanges, ',')
    identityId: identity.outputs.id
    clientId: identity.outputs.clientId
    storageName: storage.outputs.name
    packageContainer: storage.outputs.packageContainer
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    mailEndpoint: mail.outputs.endpoint
    mailSenderAddress: mail.outputs.senderAddress
    linkKeyUri: linkKey.outputs.keyUri
    previousLinkKeyUri: empty(previousLinkKeySecret) ? '' : '${linkKey.outputs.vaultUri}secrets/${previousLinkKeySecret}'
    sweepSchedule: sweepSchedule
    mondayMailSchedule: mondayMailSchedule
    reportBaseUrl: reportBaseUrl
    reportLinkDays: reportLinkDays
    entraTenantId: entraTenantId
    apiAudience: apiAudience
    entraAuthorityHost: entraAuthorityHost
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    recipients: split(alertRecipients, ',')
    workspaceId: monitoring.outputs.workspaceId
    sweepLateAfter: sweepLateAfter
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output FUNCTION_APP_NAME string = app.outputs.name
output SERVICE_URL string = app.outputs.url
output KEY_VAULT_NAME string = linkKey.outputs.vaultName
output MAIL_SENDER_ADDRESS string = mail.outputs.senderAddress
output MAIL_DOMAIN_RECORDS object = mail.outputs.domainRecords
