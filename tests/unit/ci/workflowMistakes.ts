/** A workflow that breaks no rule. */
export const SOUND = `on:
  pull_request:
permissions: {}
jobs:
  one:
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    environment: preview
    permissions:
      contents: read
      pull-requests: write
    concurrency:
      group: one-\${{ github.ref }}
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
      - run: npm ci --ignore-scripts
      - run: npm run check
        env:
          TOKEN: \${{ secrets.TOKEN }}
      - run: node tools/ci/main.mjs comment --stack one --file report.md
`;

/** What a mistake looks like, by what it replaces in the sound workflow, and what has to be said. */
export const WORKFLOW_MISTAKES: [string, string, string, RegExp][] = [
  ["a tag", "de0fac2e4500dabe0009e67214ff5f5447ce83dd", "v6", /does not pin actions\/checkout@v6/],
  ["a short commit", "de0fac2e4500dabe0009e67214ff5f5447ce83dd", "de0fac2", /does not pin/],
  ["a commit without its tag", " # v6.0.2", "", /does not pin/],
  [
    "a dangerous trigger",
    "  pull_request:",
    "  pull_request_target:",
    /starts on pull_request_target/,
  ],
  ["permissions for all jobs", "permissions: {}", "permissions: write-all", /gives every job/],
  ["no permissions for all jobs", "permissions: {}\n", "", /gives every job/],
  [
    "a job without permissions",
    "    permissions:\n      contents: read\n      pull-requests: write\n",
    "",
    /^one has no permissions$/,
  ],
  [
    "all permissions",
    "permissions:\n      contents: read\n      pull-requests: write",
    "permissions: read-all",
    /no list of them/,
  ],
  ["a permission too many", "contents: read", "contents: write", /contents: write without a use/],
  [
    "a permission without a use",
    "main.mjs comment",
    "main.mjs settings",
    /pull-requests: write without a use/,
  ],
  ["scripts of packages", "npm ci --ignore-scripts", "npm ci", /scripts of the packages/],
  ["no timeout", "    timeout-minutes: 10\n", "", /has no timeout/],
  ["a timeout of hours", "timeout-minutes: 10", "timeout-minutes: 360", /has no timeout/],
  [
    "no concurrency",
    `    concurrency:\n      group: one-\${{ github.ref }}\n`,
    "",
    /has no concurrency group/,
  ],
  [
    "an injection",
    "npm run check",
    `echo \${{ github.event.pull_request.title }}`,
    /puts an expression into a script/,
  ],
  [
    "a script that is not there",
    "npm run check",
    "npm run chek",
    /npm run chek, which does not exist/,
  ],
  [
    "a program that is not there",
    "tools/ci/main",
    "tools/ci/mian",
    /mian\.mjs, which does not exist/,
  ],
  [
    "a token left behind",
    "persist-credentials: false",
    "persist-credentials: true",
    /leaves the token/,
  ],
  [
    "secrets for forks",
    "    if: github.event.pull_request.head.repo.full_name == github.repository\n",
    "",
    /gives secrets to forks/,
  ],
  [
    "a guard with a way round",
    "== github.repository",
    "== github.repository || true",
    /gives secrets to forks/,
  ],
  ["secrets without an environment", "    environment: preview\n", "", /without an environment/],
  [
    "secrets for every step",
    "    steps:",
    `    env:\n      A: \${{ secrets.A }}\n    steps:`,
    /to every step/,
  ],
  ["secrets for every job", "jobs:", `env:\n  A: \${{ secrets.A }}\njobs:`, /to every job/],
  [
    "a secret in a script",
    "npm run check",
    `echo \${{ secrets.A }}`,
    /elsewhere than in a step's env/,
  ],
  ["secrets for what is installed", "npm run check", "npm run setup", /to what it installs/],
  ["scripts of packages", "npm ci --ignore-scripts", "npm ci", /scripts of what it installs/],
  [
    "scripts of packages, elsewhere",
    "npm run check",
    "npm ci --prefix base",
    /scripts of what it installs/,
  ],
  ["secrets for any branch", "  pull_request:", "  push:", /gives secrets to any branch/],
  ["an own runner", "ubuntu-24.04", "self-hosted", /on a machine of ours/],
  ["a floating runner", "ubuntu-24.04", "ubuntu-latest", /floating image/],
];
