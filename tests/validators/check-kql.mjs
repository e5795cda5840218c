// Parses KQL files and checks their names and types with Microsoft's own parser, as Resource Graph's tables have them.
// usage: node check-kql.mjs FILE.kql…
// Prints one JSON line per file: {file, diagnostics: [{code, severity, line, column, message}], columns: [{name, type}]},
// with line and column counted from 1 and columns being those of the file's result.
// Exit code: 0 no diagnostic is an error, 1 some are, 2 called wrongly.
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import "@kusto/language-service-next/bridge.min.js"; // both set a global: Bridge, the .NET runtime …
import "@kusto/language-service-next/Kusto.Language.Bridge.min.js"; // … and Kusto, which runs on it

const { GlobalState, KustoCode } = Kusto.Language;
const { DatabaseSymbol, TableSymbol } = Kusto.Language.Symbols;

const TABLES = new Set(
  `AdvisorResources AlertsManagementResources AppServiceResources AuthorizationResources AWSResources
  AzureBusinessContinuityResources CdnResources ChaosResources CommunityGalleryResources ComputeResources
  DesktopVirtualizationResources DnsResources EdgeOrderResources ElasticsanResources ExtendedLocationResources
  FeatureResources GuestConfigurationResources HealthResourceChanges HealthResources InsightsResources
  IoTSecurityResources KubernetesConfigurationResources KustoResources MaintenanceResources ManagedServicesResources
  MigrateResources NetworkResources OrbitalResources PatchAssessmentResources PatchInstallationResources
  PolicyResources RecoveryServicesResources ResourceChanges ResourceContainerChanges ResourceContainers Resources
  SecurityResources ServiceFabricResources ServiceHealthResources SpotResources SupportResources TagsResources`
    .toLowerCase()
    .split(/\s+/),
);

const STRINGS = ["id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy"];
const DYNAMICS = ["sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation"];
// Quoted, since some names (kind) are words of the schema's language too.
const schema = [...STRINGS.map((name) => `['${name}']: string`), ...DYNAMICS.map((name) => `['${name}']: dynamic`)];
const STANDARD = TableSymbol.From(`(${schema.join(", ")})`);

// Resource Graph finds a table in any case, the parser only as declared: so declare every spelling that the text uses.
function databaseFor(text) {
  const spellings = new Set((text.match(/\w+/g) ?? []).filter((word) => TABLES.has(word.toLowerCase())));
  return new DatabaseSymbol.ctor("ResourceGraph", [...spellings].map((name) => STANDARD.WithName(name)));
}

function reported(code, diagnostic) {
  const [line, column] = [{ v: 0 }, { v: 0 }];
  code.TryGetLineAndOffset(diagnostic.Start, line, column);
  return {
    code: diagnostic.Code,
    severity: diagnostic.Severity,
    line: line.v,
    column: column.v,
    message: diagnostic.Message,
  };
}

// A text with no query in it is fine with the parser, but answers nothing.
const NO_TABLE = { code: "no-table", severity: "Error", line: 1, column: 1, message: "The result is not a table." };

function check(file) {
  const text = readFileSync(file, "utf8");
  const code = KustoCode.ParseAndAnalyze(text, GlobalState.Default.WithDatabase(databaseFor(text)));
  const diagnostics = Bridge.toArray(code.GetDiagnostics()).map((diagnostic) => reported(code, diagnostic));
  const table = code.ResultType instanceof TableSymbol ? code.ResultType : null;
  const columns = table === null ? [] : Bridge.toArray(table.Columns);
  return {
    file,
    diagnostics: table === null && diagnostics.length === 0 ? [NO_TABLE] : diagnostics,
    columns: columns.map((column) => ({ name: column.Name, type: column.Type.Name })),
  };
}

function main(files) {
  const absent = files.filter((file) => !existsSync(file));
  if (files.length === 0 || absent.length > 0) {
    console.error(absent.length > 0 ? `no such file: ${absent.join(", ")}` : "usage: node check-kql.mjs FILE.kql…");
    return 2;
  }
  const results = files.map(check);
  results.forEach((result) => console.log(JSON.stringify(result)));
  return results.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === "Error")) ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
