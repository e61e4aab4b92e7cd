// The function app, on Flex Consumption. Every setting that shared/settings.ts reads is set here; a test compares the two.
param name string
param location string
param tags object
param nodeVersion string
param instanceMemoryMB int
param maximumInstanceCount int
param perInstanceConcurrency int
param allowedAddressRanges array
param identityId string
param clientId string
param storageName string
param packageContainerUrl string
param applicationInsightsConnectionString string
param mailEndpoint string
param mailSenderAddress string
param linkKeyUri string
param previousLinkKeyUri string
param sweepSchedule string
param mondayMailSchedule string
param reportBaseUrl string
param reportLinkDays string
param entraTenantId string
param apiAudience string
param entraAuthorityHost string

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        triggers: { http: { perInstanceConcurrency: perInstanceConcurrency } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      // The site for publishing and consoles (Kudu) is open to the same addresses as the app.
      scmIpSecurityRestrictionsUseMain: true
      ipSecurityRestrictionsDefaultAction: empty(allowedAddressRanges) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: [
        for (addresses, index) in allowedAddressRanges: {
          name: 'allowed-${index}'
          ipAddress: trim(addresses)
          action: 'Allow'
          priority: 100 + index
        }
      ]
    }
  }
}

// A password for publishing would be an entrance without roles.
@batchSize(1)
resource noPublishingPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = [
  for way in ['ftp', 'scm']: {
    parent: app
    name: way
    properties: { allow: false }
  }
]

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: clientId
    AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
    AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
    COMMUNICATION_SERVICES_ENDPOINT: mailEndpoint
    COMMUNICATION_SERVICES_CLIENT_ID: clientId
    MAIL_SENDER_ADDRESS: mailSenderAddress
    REPORT_BASE_URL: empty(reportBaseUrl) ? 'https://${app.properties.defaultHostName}' : reportBaseUrl
    REPORT_LINK_DAYS: reportLinkDays
    REQUEST_TIMEOUT_SECONDS: '150'
    REPORT_LINK_KEY: '@Microsoft.KeyVault(SecretUri=${linkKeyUri})'
    REPORT_LINK_KEY_PREVIOUS: empty(previousLinkKeyUri) ? '' : '@Microsoft.KeyVault(SecretUri=${previousLinkKeyUri})'
    SWEEP_SCHEDULE: sweepSchedule
    MONDAY_MAIL_SCHEDULE: mondayMailSchedule
    ENTRA_TENANT_ID: entraTenantId
    API_AUDIENCE: apiAudience
    ENTRA_AUTHORITY_HOST: entraAuthorityHost
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
