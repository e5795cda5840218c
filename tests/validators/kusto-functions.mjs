// Prints the names of Kusto's functions and aggregates, as Microsoft's own parser knows them, in one line of JSON.
// usage: node kusto-functions.mjs
import "@kusto/language-service-next/bridge.min.js"; // both set a global: Bridge, the .NET runtime …
import "@kusto/language-service-next/Kusto.Language.Bridge.min.js"; // … and Kusto, which runs on it

const { Aggregates, Functions } = Kusto.Language;
const names = [Functions.All, Aggregates.All].flatMap((all) => Bridge.toArray(all).map((symbol) => symbol.Name));
console.log(JSON.stringify([...new Set(names)].sort()));
