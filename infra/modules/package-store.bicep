// The package that the app runs from, in its own account. In the account of the Functions host, the identity of the app may
// write every blob. Here it may only read, so that an attacker who controls the app cannot replace its code.
//
// Flex Consumption runs the blob `released-package.zip` of the container. The usual ways of publishing (OneDeploy,
// `azd deploy`, `func publish`) would write it with the identity of the app. So the deployer uploads it with their own
// identity: `npm run upload`.
param name string
param location string
param tags object
param sku string
param readerPrincipalId string
param deployerPrincipalId string
param deployerPrincipalType string

var storageBlobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    supportsHttpsTrafficOnly: true
    minimumTlsVersion: 'TLS1_2'
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource packages 'containers' = {
      name: 'app-package'
      properties: { publicAccess: 'None' }
    }
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, readerPrincipalId, storageBlobDataReader)
  scope: account::blobs::packages
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataReader)
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource deployer 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployerPrincipalId)) {
  name: guid(account.id, deployerPrincipalId, storageBlobDataContributor)
  scope: account::blobs::packages
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataContributor)
    principalId: deployerPrincipalId
    principalType: deployerPrincipalType
  }
}

output name string = account.name
output container string = account::blobs::packages.name
output containerUrl string = '${account.properties.primaryEndpoints.blob}${account::blobs::packages.name}'
