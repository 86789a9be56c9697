import { expect } from "chai";
import { readUrl } from "../../../infra/validation/readUrl";

describe("readUrl", () => {
  it("reads what URL reads, and refuses what it refuses", () => {
    expect(readUrl("https://app.example.com/x")?.host).to.equal("app.example.com");
    for (const text of ["", "app.example.com", "https://", "https://a b"]) {
      expect(readUrl(text), text).to.equal(undefined);
    }
  });

  it("reads a host beyond ASCII after any number of others, unlike URL.canParse", () => {
    for (let count = 0; count < 100_000; count++) readUrl(`https://app${count}.example.com`);
    expect(readUrl("https://bücher.example")?.host).to.equal("xn--bcher-kva.example");
  });
});
