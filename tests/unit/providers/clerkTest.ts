import { defaultBehaviour } from "../../../airgap/doubles/clerk/behaviour";
import { ClerkDouble } from "../../../airgap/doubles/clerk/clerkDouble";
import { shortRetries } from "./remoteTest";

/** One double for the suite around it, emptied before each test; waits between tries are short. */
export function withClerk(): () => ClerkDouble {
  const clerk = new ClerkDouble();
  shortRetries();
  before(() => clerk.start());
  after(() => clerk.stop());
  beforeEach(() => {
    clerk.faults.clear();
    Object.assign(clerk.behaviour, defaultBehaviour());
    for (const id of idsOf(clerk)) clerk.templates.delete(id);
    clerk.log.entries = [];
  });
  return () => clerk;
}

function idsOf(clerk: ClerkDouble): string[] {
  const { body } = clerk.templates.list(new URLSearchParams("limit=500"));
  return (body as { id: string }[]).map(({ id }) => id);
}
