// Lets the identity of container-apps-job.bicep read all that lies below a management group: the role Reader, which is
// enough for every rule. Deploy it at the topmost group that is scanned, as somebody who may assign roles there.

targetScope = 'managementGroup'

@description('The object id of the identity: the output principalId of container-apps-job.bicep.')
param principalId string

var readerRole = tenantResourceId('Microsoft.Authorization/roleDefinitions', 'acdd72a7-3385-48ef-bd42-f606fba80ae7')

resource mayRead 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(managementGroup().id, principalId, readerRole)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: readerRole
  }
}
