// The whole service in one resource group. `azd up` deploys it, or `az deployment sub create`: docs/deploy.md.
//
// The function app follows Azure-Samples/functions-quickstart-typescript-azd (infra/main.bicep). No module comes from a
// registry, so this folder has the whole deployment.
targetScope = 'subscription'

@description('The name of this deployment; all resource names derive from it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('The region of all resources that have one. It must offer Flex Consumption.')
@minLength(1)
param location string

@description('The resource group; rg-<environmentName> by default.')
param resourceGroupName string = ''

@description('The mail addresses for alerts, separated by commas.')
@minLength(3)
param alertRecipients string

@description('Standard_ZRS stores the data in three zones, Standard_GZRS also in another region; use Standard_LRS if the region has no zones.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'

@description('The version of Node.js that runs the functions.')
@allowed(['22', '24'])
param nodeVersion string = '24'

@description('The memory of an instance, in MB. A large export needs about ten times its own size.')
@allowed(['512', '2048', '4096'])
param instanceMemoryMB string = '2048'

@description('The most requests that an instance takes at the same time; others go to another instance.')
param perInstanceConcurrency string = '8'

@description('The most instances that run at the same time.')
param maximumInstanceCount string = '40'

@description('The address ranges that may call the app, such as 203.0.113.0/24, separated by commas; if empty, all. Include the readers of the mails, whose links lead to the app.')
param allowedAddressRanges string = ''

@description('Where the mail service stores its data.')
param mailDataLocation string = 'Europe'

@description('Your own mail domain, which you must verify; none if empty.')
param mailDomain string = ''

@description('The domain of the sender: the one that Azure manages (10 mails an hour), or mailDomain once it is verified.')
@allowed(['managed', 'custom'])
param mailFrom string = 'managed'

@description('When the sweep runs: a six-field NCRONTAB expression, in UTC.')
param sweepSchedule string = '0 0 * * * *'

@description('The time without a successful sweep before an alert, as an ISO 8601 duration; longer than the interval of sweepSchedule.')
param sweepLateAfter string = 'PT3H'

@description('When the Monday mail runs: a six-field NCRONTAB expression, in UTC.')
param mondayMailSchedule string = '0 0 * * * 0-2'

@description('The base address of links to the report, if it is not that of the function app.')
param reportBaseUrl string = ''

@description('How long a link to the report is valid, in days, 1 to 90.')
param reportLinkDays string = '8'

@description('During a rotation of the link key, the name of the secret with the previous key.')
param previousLinkKeySecret string = ''

@description('The id of the Microsoft Entra tenant whose access tokens are accepted; if empty, callers need function keys.')
param entraTenantId string = ''

@description('The application (client) id for which access tokens must be issued; if empty, callers need function keys.')
param apiAudience string = ''

@description('The issuer of access tokens, if it is not https://login.microsoftonline.com.')
param entraAuthorityHost string = ''

@description('How long logs are stored, in days, 30 to 730.')
param logRetentionDays string = '90'

@description('The most GB of logs in a day; -1 for no limit.')
param dailyLogLimitGB string = '5'

@description('The object id of the user, group or service principal that may upload the package; if empty, no one may.')
param deployerPrincipalId string = ''

@description('The type of deployerPrincipalId: User, Group or ServicePrincipal.')
param deployerPrincipalType string = 'User'

@description('The key that signs links, used only if the vault has none yet: a later deployment does not change the key.')
@secure()
@minLength(32)
param newLinkKey string = '${newGuid()}${newGuid()}'

@description('When this deployment began. The alert for a late sweep waits sweepLateAfter from then on.')
param deployedAt string = utcNow('u')

// A sender of your own needs a domain of your own.
var sendFrom = mailFrom == 'custom' && empty(mailDomain)
  ? fail('MAIL_FROM=custom needs MAIL_DOMAIN: name your own mail domain, or use MAIL_FROM=managed.')
  : mailFrom

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

module packageStore 'modules/package-store.bicep' = {
  name: 'package-store'
  scope: group
  params: {
    name: 'stp${token}'
    location: location
    tags: tags
    sku: storageSku
    readerPrincipalId: identity.outputs.principalId
    deployerPrincipalId: deployerPrincipalId
    deployerPrincipalType: deployerPrincipalType
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
    sendFrom: sendFrom
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
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
    tags: tags
    nodeVersion: nodeVersion
    instanceMemoryMB: int(instanceMemoryMB)
    perInstanceConcurrency: int(perInstanceConcurrency)
    maximumInstanceCount: int(maximumInstanceCount)
    allowedAddressRanges: empty(allowedAddressRanges) ? [] : split(allowedAddressRanges, ',')
    identityId: identity.outputs.id
    clientId: identity.outputs.clientId
    storageName: storage.outputs.name
    packageContainerUrl: packageStore.outputs.containerUrl
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
    sweepLateFrom: dateTimeAdd(deployedAt, sweepLateAfter)
    sweepLateAfter: sweepLateAfter
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output FUNCTION_APP_NAME string = app.outputs.name
output SERVICE_URL string = app.outputs.url
output PACKAGE_STORAGE_NAME string = packageStore.outputs.name
output PACKAGE_CONTAINER string = packageStore.outputs.container
output KEY_VAULT_NAME string = linkKey.outputs.vaultName
output MAIL_SENDER_ADDRESS string = mail.outputs.senderAddress
output MAIL_DOMAIN_RECORDS object = mail.outputs.domainRecords
