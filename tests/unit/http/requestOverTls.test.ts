import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { sendRequest } from "../../../infra/http/sendRequest";
import { serverCertificate } from "../../e2e/support/certificates";
import { ec256Certificate } from "../clerk/certificate";
import { errorOf } from "../providers/remoteTest";

describe("sendRequest over TLS", () => {
  const { authority, certificate, privateKey } = serverCertificate("localhost");
  let requests = 0;
  const server = createServer({ cert: certificate, key: privateKey }, (_, response) => {
    requests += 1;
    response.end('{"secure":true}');
  });

  before((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  after((done) => {
    server.close(done);
  });
  beforeEach(() => {
    requests = 0;
  });

  function send(scheme: string, host: string, caCertificates: string[] = []) {
    const { port } = server.address() as AddressInfo;
    const url = `${scheme}://${host}:${port}/`;
    const what = "the test's service";
    return sendRequest({ what, method: "POST", url, body: {}, caCertificates });
  }

  it("trusts a given authority, among others", async () => {
    const authorities = [ec256Certificate, authority];
    expect((await send("https", "localhost", authorities)).json).to.deep.equal({ secure: true });
  });

  it("sends nothing to a certificate that nobody vouches for, and tries once", async () => {
    await errorOf(send("https", "localhost", [ec256Certificate]));
    const error = await errorOf(send("https", "localhost"));
    expect(error.message).to.match(
      /failed at the first try: the secure connection failed \((SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+)\); if a proxy here signs its own certificates, name its CA file in NODE_EXTRA_CA_CERTS/,
    );
    expect([requests, error.outcomeUnknown]).to.deep.equal([0, false]);
  });

  it("sends nothing to a certificate of another host", async () => {
    const error = await errorOf(send("https", "127.0.0.1", [authority]));
    expect(error.message).to.contain("the secure connection failed (ERR_TLS_CERT_ALTNAME_INVALID)");
    expect(requests).to.equal(0);
  });
});
