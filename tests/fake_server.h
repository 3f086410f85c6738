#pragma once
/*
 * A scripted server on a free port of 127.0.0.1, on a thread of its own: takes one connection, plays its steps,
 * then reads until the client goes. Remembers every line it was sent.
 */
#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One step; only one of the first seven is set. An array ends with an empty one. */
typedef struct FakeStep {
	const char
		*expect; /* a tagged command: glob over what follows the tag, which is captured */
	const char *expect_line; /* a line without a tag */
	const char
		*send; /* %T: the last tag; %0 … %9: the tag of that command, from the first on */
	const char *bytes; /* SIZE of them as they are */
	int delay;         /* milliseconds */
	bool tls;          /* the handshake */
	bool cut;          /* closes, without a TLS goodbye */
	size_t size;
	unsigned times; /* SEND or BYTES so often; 0: once */
} FakeStep;

typedef struct FakeServer FakeServer;

/* STEPS and CREDENTIALS (NULL: no TLS) are borrowed until the stop. PRIORITIES NULL: GnuTLS's NORMAL. */
FakeServer *fake_server_start(const FakeStep *steps, gnutls_certificate_credentials_t credentials,
	const char *priorities);
uint16_t fake_server_port(const FakeServer *server);
/* A line came in that matches this glob (without its tag too); any time. */
bool fake_server_heard(FakeServer *server, const char *pattern);
/* Waits for its end. What went against the script, or NULL; belongs to SERVER. */
const char *fake_server_join(FakeServer *server);
/* Every line it was sent, ended by LF; after the join; belongs to SERVER. */
const char *fake_server_log(const FakeServer *server);
void fake_server_free(FakeServer *server);
