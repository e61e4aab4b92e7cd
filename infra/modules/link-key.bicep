// The key that signs links to the report, in its own vault. Only the identity of the app may read it. To rotate the key, an
// administrator assigns that right to themselves (docs/operations.md).
param vaultName string
param location string
param tags object
param principalId string

@secure()
param newKey string

var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: vaultName
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
  }
}

// Written only once: a new key would break every link that was already sent. Needs Bicep 0.38.3.
@onlyIfNotExists()
resource key 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'report-link-key'
  properties: { value: newKey, contentType: 'signs links to the report' }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, keyVaultSecretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

output vaultName string = vault.name
output vaultUri string = vault.properties.vaultUri
// Without a version, so that the app reads a new version within a day, or at its next start.
output keyUri string = '${vault.properties.vaultUri}secrets/${key.name}'
