// tenantlint every night as a job of Azure Container Apps: a managed identity reads the tenant, no secret is involved but
// the key of the file share that the reports go to. What fails, by violations or by being incomplete, is a failed
// execution of the job: put an alert on that.
//
//   az acr build --registry <registry> --image tenantlint:0.1.0 .
//   az deployment group create --resource-group <group> --template-file container-apps-job.bicep \
//     --parameters registryName=<registry> managementGroups='["corp"]'
//   az deployment mg create --management-group-id corp --location westeurope --template-file reader-role.bicep \
//     --parameters principalId=<the output principalId of the first one>

targetScope = 'resourceGroup'

@description('Where everything is created.')
param location string = resourceGroup().location

@description('The container registry, in this resource group, that holds the image.')
param registryName string

@description('The image in the registry, by a version or a digest and not by "latest".')
param image string = 'tenantlint:0.1.0'

@description('The ids of the management groups to scan; none for all that the identity may read.')
param managementGroups array = []

@description('When to scan, in UTC, as five fields of cron.')
param schedule string = '17 2 * * *'

@description('The lowest level of a violation that makes an execution fail; new-…: of one that the night before had not.')
@allowed(['error', 'warning', 'note', 'never', 'new-error', 'new-warning', 'new-note'])
param failOn string = 'new-warning'

@description('After how many minutes reading ends; what was not read by then is reported as such.')
@minValue(1)
param deadlineMinutes int = 90

var name = 'tenantlint'
var share = 'reports'
// The role AcrPull: fetch images, and nothing else.
var pullRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')
var scope = map(managementGroups, group => '--management-group=${group}')
var arguments = concat(
  [
    'scan'
    '--graph=azure'
    '--auth=managed-identity'
    '--deadline=${deadlineMinutes}'
    '--fail-on=${failOn}'
    // Each night replaces the files of the last, which it compares with, when all is judged; snapshots of the share keep
    // them for longer. Nothing is uploaded.
    '--report=sarif-full=/reports/tenantlint-archive.sarif'
    '--report=markdown=/reports/tenantlint.md'
  ],
  scope
)

// A share without an archive is that of the first night. An archive that cannot be read makes the execution fail until
// somebody has looked at it: going on without one would forget what was open.
var start = '''
set -eu
archive=/reports/tenantlint-archive.sarif
if [ -e "$archive" ]; then baseline=$archive; else baseline=none; fi
exec tenantlint "$@" "--baseline=$baseline"
'''

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
}

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = {
  name: registryName
}

resource mayPull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, identity.id, pullRole)
  scope: registry
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: pullRole
  }
}

// The logs of the executions: names of resources are in them.
resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: name
  location: location
  properties: {
    retentionInDays: 30
    sku: {
      name: 'PerGB2018'
    }
  }
}

// Reports tell where a tenant is weak: nobody but the job reads them without being let in.
resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'tl${uniqueString(resourceGroup().id)}'
  location: location
  kind: 'StorageV2'
  sku: {
    name: 'Standard_ZRS'
  }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: true // Container Apps mounts a share by the account's key
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource files 'Microsoft.Storage/storageAccounts/fileServices@2023-05-01' = {
  parent: storage
  name: 'default'
}

resource reports 'Microsoft.Storage/storageAccounts/fileServices/shares@2023-05-01' = {
  parent: files
  name: share
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: name
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

resource mount 'Microsoft.App/managedEnvironments/storages@2024-03-01' = {
  parent: environment
  name: share
  properties: {
    azureFile: {
      accountName: storage.name
      accountKey: storage.listKeys().keys[0].value
      accessMode: 'ReadWrite'
      shareName: reports.name
    }
  }
}

resource job 'Microsoft.App/jobs@2024-03-01' = {
  name: name
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    environmentId: environment.id
    configuration: {
      triggerType: 'Schedule'
      scheduleTriggerConfig: {
        cronExpression: schedule
        parallelism: 1
        replicaCompletionCount: 1
      }
      replicaTimeout: (deadlineMinutes + 30) * 60 // seconds; reading ends before, judging and writing comes after
      replicaRetryLimit: 0 // a violation does not go away by looking again
      registries: [
        {
          server: registry.properties.loginServer
          identity: identity.id
        }
      ]
    }
    template: {
      containers: [
        {
          name: name
          image: '${registry.properties.loginServer}/${image}'
          command: ['/bin/sh', '-c', start, 'tenantlint'] // what is last is the name of the script
          args: arguments
          env: [
            {
              name: 'AZURE_CLIENT_ID' // which of the job's identities is meant
              value: identity.properties.clientId
            }
          ]
          resources: {
            cpu: json('2.0')
            memory: '4Gi'
          }
          volumeMounts: [
            {
              volumeName: share
              mountPath: '/reports'
            }
          ]
        }
      ]
      volumes: [
        {
          name: share
          storageType: 'AzureFile'
          storageName: mount.name
          mountOptions: 'uid=10001,gid=10001,dir_mode=0700,file_mode=0600,nobrl' // the user of the image
        }
      ]
    }
  }
  dependsOn: [
    mayPull
  ]
}

@description('What reader-role.bicep is to be given.')
output principalId string = identity.properties.principalId
