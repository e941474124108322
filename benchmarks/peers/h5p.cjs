// @lumieducation/h5p-server's validator of packages: those it takes. Reads paths, writes a JSON object a line.
const fs = require("fs");
const os = require("os");
const path = require("path");
const { createRequire } = require("module");
const fetched = createRequire(path.join(process.cwd(), "x.js"));
const { H5PConfig, LibraryManager, fsImplementations } = fetched("@lumieducation/h5p-server");
const PackageImporter = fetched("@lumieducation/h5p-server/build/src/PackageImporter").default;
const PackageValidator = fetched("@lumieducation/h5p-server/build/src/PackageValidator").default;
const EVERYTHING = { includeLibraries: true, includeContent: true, includeMetadata: true };

async function judge(file, validator, folder) {
  const start = performance.now();
  let seen = ["valid"];
  try {
    await validator.validateFileSizes(file);
    await PackageImporter.extractPackage(file, folder, EVERYTHING);
    await validator.validateExtractedPackage(folder, true, true);
  } catch (refusal) {
    seen = [];
  }
  return { path: file, seen, seconds: (performance.now() - start) / 1000 };
}

async function main() {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "h5p-"));
  const libraries = new LibraryManager(new fsImplementations.FileLibraryStorage(scratch));
  for (const file of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
    const folder = fs.mkdtempSync(path.join(scratch, "package-"));
    const judged = await judge(file, new PackageValidator(new H5PConfig(), libraries), folder);
    process.stdout.write(JSON.stringify(judged) + "\n");
  }
  fs.rmSync(scratch, { recursive: true });
}

main();
