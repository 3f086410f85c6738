#pragma once
/*
 * Certificates made for one test run: an authority of our own and whatever a server may show, good or wrong.
 */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>

typedef struct FakeAuthority {
	gnutls_x509_crt_t certificate;
	gnutls_x509_privkey_t key;
	char *file; /* PEM, in the temporary directory */
} FakeAuthority;

FakeAuthority *fake_authority_new(void);
void fake_authority_free(FakeAuthority *authority); /* removes the file */

typedef struct FakeCertificate {
	const char *dns[3];     /* subjectAltName; none and no IP: no subjectAltName at all */
	const char *ip;         /* "127.0.0.1" as an IP name */
	const char *name;       /* common name; NULL: "server" */
	int from_days, to_days; /* from today; both 0: -1 … +30 */
	bool self_signed;
	bool client_only;                 /* key purpose clientAuth only */
	bool must_staple;                 /* asks for an OCSP staple that will not come */
	int rsa_bits;                     /* 0: ECDSA P-256 */
	gnutls_digest_algorithm_t digest; /* 0: SHA-256 */
} FakeCertificate;

/* Credentials for a server that shows it. The caller frees them. PIN (may be NULL): "sha256:…", the caller's. */
gnutls_certificate_credentials_t fake_credentials_new(
	const FakeAuthority *authority, const FakeCertificate *wanted, char **pin);
