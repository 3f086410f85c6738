#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "backend/wire/connection_private.h"

static const char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%PROFILE_MEDIUM";

enum { CHAIN_BYTES = 16384, CHAIN_DEPTH = 10, RECORD_HANDSHAKE = 22, RECORD_ALERT = 21 };

static bool refuse(const Connection *connection, GError **error, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static bool
refuse(const Connection *connection, GError **error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *why = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_CERTIFICATE,
		"%s: %s; not connected, nothing was sent", connection->host, why);
	return false;
}

static bool
is_address(const char *host)
{
	unsigned char buffer[sizeof(struct in6_addr)];
	return inet_pton(AF_INET, host, buffer) == 1 || inet_pton(AF_INET6, host, buffer) == 1;
}

/* ---- trust ---- */

static bool
load_trust(Connection *connection, GError **error)
{
	gnutls_certificate_allocate_credentials(&connection->credentials);
	gnutls_certificate_set_verify_limits(connection->credentials, CHAIN_BYTES, CHAIN_DEPTH);
	int known = gnutls_certificate_set_x509_system_trust(connection->credentials);
	if (connection->ca_file) {
		int added = gnutls_certificate_set_x509_trust_file(
			connection->credentials, connection->ca_file, GNUTLS_X509_FMT_PEM);
		if (added < 1)
			return refuse(connection, error,
				"cannot read a certificate from ca-file %s", connection->ca_file);
		return true;
	}
	if (known < 1 && !connection->pin)
		return refuse(connection, error,
			"this system has no certificates to trust (install ca-certificates, or set "
			"ca-file)");
	return true;
}

/* ---- the server's certificate ---- */

/* Text out of a certificate, safe inside a sentence. */
static char *
plain_text(const char *bytes, size_t size)
{
	size = MIN(size, 200);
	char *text = g_strndup(bytes, size);
	for (size_t i = 0; i < size; i++)
		if (!g_ascii_isgraph(text[i]) && text[i] != ' ')
			text[i] = '?';
	return text;
}

/* The names of a certificate, at most three: "a.example, b.example"; NULL: it has no subjectAltName. */
static char *
certificate_names(gnutls_x509_crt_t certificate)
{
	g_autoptr(GString) names = g_string_new(NULL);
	bool any = false;
	for (unsigned i = 0, listed = 0; listed < 3; i++) {
		char bytes[512];
		size_t size = sizeof bytes;
		int type = gnutls_x509_crt_get_subject_alt_name(certificate, i, bytes, &size, NULL);
		if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		any = true;
		if (type < 0)
			continue;
		g_autofree char *name = NULL;
		char address[INET6_ADDRSTRLEN];
		if (type == GNUTLS_SAN_IPADDRESS && (size == 4 || size == 16))
			name = g_strdup(inet_ntop(
				size == 4 ? AF_INET : AF_INET6, bytes, address, sizeof address));
		else if (type == GNUTLS_SAN_DNSNAME)
			name = plain_text(bytes, size);
		if (!name)
			continue;
		g_string_append_printf(names, "%s%s", listed++ ? ", " : "", name);
	}
	if (!any)
		return NULL;
	if (!names->len)
		g_string_append(names, "no host");
	return g_string_free(g_steal_pointer(&names), FALSE);
}

static bool
has_address(gnutls_x509_crt_t certificate, const char *host)
{
	unsigned char wanted[sizeof(struct in6_addr)];
	size_t wanted_size = inet_pton(AF_INET, host, wanted) == 1 ? 4 : 16;
	if (wanted_size == 16)
		inet_pton(AF_INET6, host, wanted);
	for (unsigned i = 0;; i++) {
		unsigned char bytes[512];
		size_t size = sizeof bytes;
		int type = gnutls_x509_crt_get_subject_alt_name(certificate, i, bytes, &size, NULL);
		if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return false;
		if (type == GNUTLS_SAN_IPADDRESS && size == wanted_size &&
			memcmp(bytes, wanted, size) == 0)
			return true;
	}
}

static bool
check_name(const Connection *connection, gnutls_x509_crt_t certificate, GError **error)
{
	g_autofree char *names = certificate_names(certificate);
	if (!names)
		return refuse(connection, error,
			"the certificate names no host (it has no subjectAltName)");
	bool good = is_address(connection->host)
	                    ? has_address(certificate, connection->host)
	                    : gnutls_x509_crt_check_hostname(certificate, connection->host);
	return good || refuse(connection, error, "the certificate is for %s", names);
}

static char *
day(time_t time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
	return date ? g_date_time_format(date, "%Y-%m-%d") : g_strdup("an impossible date");
}

static bool
check_dates(const Connection *connection, gnutls_x509_crt_t certificate, unsigned status,
	GError **error)
{
	if (status & GNUTLS_CERT_EXPIRED) {
		g_autofree char *when = day(gnutls_x509_crt_get_expiration_time(certificate));
		if (gnutls_x509_crt_get_expiration_time(certificate) < time(NULL))
			return refuse(connection, error, "the certificate expired on %s", when);
		return refuse(connection, error, "a certificate of the issuer's chain has expired");
	}
	if (status & GNUTLS_CERT_NOT_ACTIVATED) {
		g_autofree char *when = day(gnutls_x509_crt_get_activation_time(certificate));
		return refuse(connection, error,
			"the certificate is not valid before %s (is this computer's clock right?)",
			when);
	}
	return true;
}

static const struct {
	unsigned bit;
	const char *sentence;
} verdicts[] = {
	{ GNUTLS_CERT_REVOKED, "the certificate was revoked by its issuer" },
	{ GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE | GNUTLS_CERT_INVALID_OCSP_STATUS |
			GNUTLS_CERT_MISSING_OCSP_STATUS | GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED,
		"the server does not prove that the certificate was not revoked" },
	{ GNUTLS_CERT_PURPOSE_MISMATCH, "the certificate is not made for servers" },
	{ GNUTLS_CERT_INSECURE_ALGORITHM,
		"the certificate is too weak (a short key or an old signature)" },
	{ GNUTLS_CERT_SIGNATURE_FAILURE, "the certificate's signature is wrong" },
	{ GNUTLS_CERT_SIGNER_NOT_CA | GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
		"the certificate was issued by somebody who may not" },
};

static bool
check_chain(const Connection *connection, gnutls_x509_crt_t certificate, unsigned status,
	GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(verdicts); i++)
		if (status & verdicts[i].bit)
			return refuse(connection, error, "%s", verdicts[i].sentence);
	if (!status)
		return true;
	char dn[512];
	size_t size = sizeof dn;
	bool self = gnutls_x509_crt_check_issuer(certificate, certificate);
	if (gnutls_x509_crt_get_issuer_dn(certificate, dn, &size) < 0)
		size = 0;
	g_autofree char *issuer = plain_text(dn, size);
	if (self)
		return refuse(connection, error,
			"the certificate is signed by itself (to trust it set ca-file or pin)");
	return refuse(connection, error,
		"the certificate's issuer is unknown: %s (to trust it set ca-file or pin)", issuer);
}

/* SHA-256 of the public key as the certificate carries it: "sha256:<64 hex>". */
static char *
key_pin(gnutls_x509_crt_t certificate)
{
	unsigned char digest[32];
	size_t size = sizeof digest;
	if (gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, digest, &size) < 0)
		return g_strdup("none");
	g_autoptr(GString) pin = g_string_new("sha256:");
	for (size_t i = 0; i < size; i++)
		g_string_append_printf(pin, "%02x", digest[i]);
	return g_string_free(g_steal_pointer(&pin), FALSE);
}

static bool
check_pin(const Connection *connection, gnutls_x509_crt_t certificate, GError **error)
{
	g_autofree char *pin = key_pin(certificate);
	if (g_ascii_strcasecmp(pin, connection->pin) == 0)
		return true;
	return refuse(connection, error,
		"the server's key is not the pinned one: it is %s, pinned is %s", pin,
		connection->pin);
}

static gnutls_x509_crt_t
leaf(gnutls_session_t session)
{
	unsigned count = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
	gnutls_x509_crt_t certificate = NULL;
	if (!chain || !count || gnutls_x509_crt_init(&certificate) < 0)
		return NULL;
	if (gnutls_x509_crt_import(certificate, &chain[0], GNUTLS_X509_FMT_DER) == 0)
		return certificate;
	gnutls_x509_crt_deinit(certificate);
	return NULL;
}

static bool
check_certificate(const Connection *connection, gnutls_session_t session,
	gnutls_x509_crt_t certificate, GError **error)
{
	if (!check_name(connection, certificate, error))
		return false;
	if (connection->pin)
		return check_pin(connection, certificate, error);
	gnutls_typed_vdata_st demands[] = {
		{ .type = GNUTLS_DT_DNS_HOSTNAME, .data = (unsigned char *)connection->host },
		{ .type = GNUTLS_DT_KEY_PURPOSE_OID,
			.data = (unsigned char *)GNUTLS_KP_TLS_WWW_SERVER },
	};
	unsigned status = 0;
	int result =
		gnutls_certificate_verify_peers(session, demands, G_N_ELEMENTS(demands), &status);
	if (result < 0)
		return refuse(connection, error, "the certificate cannot be checked: %s",
			gnutls_strerror(result));
	return check_dates(connection, certificate, status, error) &&
	       check_chain(connection, certificate, status, error);
}

static bool
verify(const Connection *connection, gnutls_session_t session, GError **error)
{
	gnutls_protocol_t version = gnutls_protocol_get_version(session);
	if (version != GNUTLS_TLS1_2 && version != GNUTLS_TLS1_3)
		return refuse(connection, error, "the server speaks only %s, too old",
			gnutls_protocol_get_name(version));
	gnutls_x509_crt_t certificate = leaf(session);
	if (!certificate)
		return refuse(connection, error, "the server showed no certificate");
	bool good = check_certificate(connection, session, certificate, error);
	gnutls_x509_crt_deinit(certificate);
	return good;
}

/* ---- the handshake ---- */

static bool
is_old_version(gnutls_session_t session, int code)
{
	if (code == GNUTLS_E_UNSUPPORTED_VERSION_PACKET)
		return true;
	if (code != GNUTLS_E_FATAL_ALERT_RECEIVED)
		return false;
	gnutls_alert_description_t alert = gnutls_alert_get(session);
	return alert == GNUTLS_A_PROTOCOL_VERSION || alert == GNUTLS_A_INSUFFICIENT_SECURITY;
}

static bool
handshake_failed(Connection *connection, gnutls_session_t session, int code, GError **error)
{
	bool tls = connection->first_byte == RECORD_HANDSHAKE ||
	           connection->first_byte == RECORD_ALERT;
	if (connection->first_byte >= 0 && !tls && connection->upgrade)
		return refuse(connection, error, "the server sent data before TLS");
	if (connection->first_byte >= 0 && !tls)
		return refuse(connection, error,
			"port %u does not speak TLS (imap:// means STARTTLS)", connection->port);
	if (is_old_version(session, code))
		return refuse(connection, error, "the server speaks no TLS 1.2 or newer, too old");
	if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
		return refuse(connection, error, "the server refused TLS: %s",
			gnutls_alert_get_name(gnutls_alert_get(session)));
	if (code == GNUTLS_E_PREMATURE_TERMINATION || code == GNUTLS_E_PULL_ERROR ||
		code == GNUTLS_E_PUSH_ERROR || code == GNUTLS_E_SESSION_EOF) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE,
			"%s: the server closed the connection while TLS began", connection->host);
		return false;
	}
	return refuse(connection, error, "TLS failed: %s", gnutls_strerror(code));
}

static void
note_first_byte(Connection *connection)
{
	unsigned char byte;
	if (connection->first_byte < 0 &&
		recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1)
		connection->first_byte = byte;
}

static bool
handshake(Connection *connection, gnutls_session_t session, GError **error)
{
	int64_t left = connection->limits.handshake * G_USEC_PER_SEC;
	while (true) {
		note_first_byte(connection);
		int code = gnutls_handshake(session);
		if (code == GNUTLS_E_SUCCESS)
			return true;
		if (gnutls_error_is_fatal(code))
			return handshake_failed(connection, session, code, error);
		short events = gnutls_record_get_direction(session) ? POLLOUT : POLLIN;
		if (code != GNUTLS_E_WARNING_ALERT_RECEIVED &&
			!connection_wait(connection, connection->fd, events, &left,
				connection->limits.handshake, error))
			return false;
		if (left < 0) {
			g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE,
				"%s: TLS took longer than %d s", connection->host,
				connection->limits.handshake);
			return false;
		}
	}
}

static bool
prepare(Connection *connection, gnutls_session_t session, GError **error)
{
	int code = gnutls_priority_set_direct(session, priorities, NULL);
	if (code == 0)
		code = gnutls_credentials_set(
			session, GNUTLS_CRD_CERTIFICATE, connection->credentials);
	if (code == 0 && !is_address(connection->host))
		code = gnutls_server_name_set(
			session, GNUTLS_NAME_DNS, connection->host, strlen(connection->host));
	if (code < 0)
		return refuse(connection, error, "TLS cannot begin: %s", gnutls_strerror(code));
	gnutls_transport_set_int(session, connection->fd);
	gnutls_handshake_set_timeout(session, GNUTLS_INDEFINITE_TIMEOUT);
	return true;
}

bool
tls_start(Connection *connection, GError **error)
{
	if (!load_trust(connection, error))
		return false;
	gnutls_session_t session;
	int code = gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
	if (code < 0)
		return refuse(connection, error, "TLS cannot begin: %s", gnutls_strerror(code));
	if (!prepare(connection, session, error) || !handshake(connection, session, error) ||
		!verify(connection, session, error)) {
		gnutls_deinit(session);
		return false;
	}
	connection->tls = session;
	g_autofree char *note =
		g_strdup_printf("%s with %s", connection_tls_version(connection), connection->host);
	trace_note(connection->trace, note);
	connection_tell(connection, STAGE_ENCRYPTED, note);
	return true;
}

const char *
connection_tls_version(const Connection *connection)
{
	if (!connection->tls)
		return NULL;
	return gnutls_protocol_get_version(connection->tls) == GNUTLS_TLS1_2 ? "TLS 1.2"
	                                                                     : "TLS 1.3";
}
