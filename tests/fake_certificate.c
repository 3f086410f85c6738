#include "tests/fake_certificate.h"

#include <arpa/inet.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 86400 };

static void
must(int result)
{
	if (result < 0)
		g_error("making a certificate: %s", gnutls_strerror(result));
}

static gnutls_x509_privkey_t
key_new(int rsa_bits)
{
	gnutls_x509_privkey_t key;
	must(gnutls_x509_privkey_init(&key));
	if (rsa_bits)
		must(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, rsa_bits, 0));
	else
		must(gnutls_x509_privkey_generate(
			key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	return key;
}

static gnutls_x509_crt_t
certificate_new(gnutls_x509_privkey_t key, const char *name, int from_days, int to_days)
{
	gnutls_x509_crt_t certificate;
	must(gnutls_x509_crt_init(&certificate));
	must(gnutls_x509_crt_set_version(certificate, 3));
	guint32 serial[] = { g_random_int() >> 1, g_random_int() };
	must(gnutls_x509_crt_set_serial(certificate, serial, sizeof serial));
	time_t now = time(NULL);
	must(gnutls_x509_crt_set_activation_time(certificate, now + from_days * DAY));
	must(gnutls_x509_crt_set_expiration_time(certificate, now + to_days * DAY));
	must(gnutls_x509_crt_set_dn_by_oid(
		certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name, strlen(name)));
	must(gnutls_x509_crt_set_key(certificate, key));
	return certificate;
}

FakeAuthority *
fake_authority_new(void)
{
	FakeAuthority *authority = g_new0(FakeAuthority, 1);
	authority->key = key_new(0);
	authority->certificate = certificate_new(authority->key, "Test Authority", -3650, 3650);
	must(gnutls_x509_crt_set_basic_constraints(authority->certificate, 1, -1));
	must(gnutls_x509_crt_set_key_usage(authority->certificate, GNUTLS_KEY_KEY_CERT_SIGN));
	must(gnutls_x509_crt_sign2(authority->certificate, authority->certificate, authority->key,
		GNUTLS_DIG_SHA256, 0));
	gnutls_datum_t pem;
	must(gnutls_x509_crt_export2(authority->certificate, GNUTLS_X509_FMT_PEM, &pem));
	int fd = g_file_open_tmp("curlew-ca-XXXXXX", &authority->file, NULL);
	g_assert(fd >= 0 && write(fd, pem.data, pem.size) == (ssize_t)pem.size);
	close(fd);
	gnutls_free(pem.data);
	return authority;
}

void
fake_authority_free(FakeAuthority *authority)
{
	g_unlink(authority->file);
	g_free(authority->file);
	gnutls_x509_crt_deinit(authority->certificate);
	gnutls_x509_privkey_deinit(authority->key);
	g_free(authority);
}

static void
set_names(gnutls_x509_crt_t certificate, const FakeCertificate *wanted)
{
	for (size_t i = 0; i < G_N_ELEMENTS(wanted->dns) && wanted->dns[i]; i++)
		must(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME,
			wanted->dns[i], strlen(wanted->dns[i]), GNUTLS_FSAN_APPEND));
	unsigned char address[4];
	if (wanted->ip && inet_pton(AF_INET, wanted->ip, address) == 1)
		must(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS,
			address, sizeof address, GNUTLS_FSAN_APPEND));
}

static void
ask_for_staple(gnutls_x509_crt_t certificate)
{
	/* the TLS feature "status_request" (RFC 7633), as DER: SEQUENCE { INTEGER 5 } */
	static const unsigned char feature[] = { 0x30, 0x03, 0x02, 0x01, 0x05 };
	must(gnutls_x509_crt_set_extension_by_oid(
		certificate, "1.3.6.1.5.5.7.1.24", feature, sizeof feature, 0));
}

static char *
pin_of(gnutls_x509_crt_t certificate)
{
	unsigned char digest[32];
	size_t size = sizeof digest;
	must(gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, digest, &size));
	GString *pin = g_string_new("sha256:");
	for (size_t i = 0; i < size; i++)
		g_string_append_printf(pin, "%02x", digest[i]);
	return g_string_free(pin, FALSE);
}

gnutls_certificate_credentials_t
fake_credentials_new(const FakeAuthority *authority, const FakeCertificate *wanted, char **pin)
{
	bool dated = wanted->from_days || wanted->to_days;
	gnutls_x509_privkey_t key = key_new(wanted->rsa_bits);
	gnutls_x509_crt_t certificate = certificate_new(key, wanted->name ? wanted->name : "server",
		dated ? wanted->from_days : -1, dated ? wanted->to_days : 30);
	set_names(certificate, wanted);
	if (wanted->client_only)
		must(gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_CLIENT, 0));
	if (wanted->must_staple)
		ask_for_staple(certificate);
	gnutls_digest_algorithm_t digest = wanted->digest ? wanted->digest : GNUTLS_DIG_SHA256;
	bool self = wanted->self_signed;
	must(gnutls_x509_crt_sign2(certificate, self ? certificate : authority->certificate,
		self ? key : authority->key, digest, 0));
	if (pin)
		*pin = pin_of(certificate);
	gnutls_certificate_credentials_t credentials;
	must(gnutls_certificate_allocate_credentials(&credentials));
	must(gnutls_certificate_set_x509_key(credentials, &certificate, 1, key));
	gnutls_x509_crt_deinit(certificate);
	gnutls_x509_privkey_deinit(key);
	return credentials;
}
