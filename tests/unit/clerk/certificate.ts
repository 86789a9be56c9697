/** A self-signed P-256 certificate; node makes keys but no certificates, and its private key was thrown away. */
export const ec256Certificate = `-----BEGIN CERTIFICATE-----
MIIBlDCCATmgAwIBAgIUeA3PNEwatCbGR5GOoD/yQTdafvcwCgYIKoZIzj0EAwIw
HjEcMBoGA1UEAwwTc2lnbmluZy5leGFtcGxlLmNvbTAgFw0yNjExMjMxMTQxNDha
GA8yMTI2MTAzMDExNDE0OFowHjEcMBoGA1UEAwwTc2lnbmluZy5leGFtcGxlLmNv
bTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIHZ2lN9QJrlXAIxgdog7fj9whpy
vjdsQWNtTvzUMdSpfiU1+liCDmkGERM7qh+UaGM2L7/61Vmrioqw1zUVDQSjUzBR
MB0GA1UdDgQWBBRYPW18pV4klU9K4AsCK2HQyddthDAfBgNVHSMEGDAWgBRYPW18
pV4klU9K4AsCK2HQyddthDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kA
MEYCIQCBpl+krVg/pvdbsfvp/W45BLzzIVuyQItVvODnxdBZSgIhAI7Ou/joA6RT
pNhsg0EKt/TQADSJt6dh8ck+ukskjKt2
-----END CERTIFICATE-----
`;
