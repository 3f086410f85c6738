#pragma once
/*
 * Reads the header of a message, for lists and threads: from a header fetched from a server, from a
 * file or from a stub, always with this one reader, so that all three agree. Ours, because the agent
 * may not link GMime and because GMime 3.2.13 dies on deep address groups and loses adjacent encoded
 * words. Pure, bounded (1 MiB or 10,000 lines of header are read, group depth 16, 1,000 references,
 * 1,000 addresses a field), never fails: what cannot be read is absent. RFC 5322, 2047, 2231. Any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEADER_IDENTITY_SIZE = 16 };

typedef struct HeaderAddress {
	char *name; /* decoded display name, NULL if none */
	char *addr; /* as written (never RFC 2047-decoded), NULL if none */
} HeaderAddress;

/* Plain data; all text is valid UTF-8, decoded and unfolded but NOT clean: see clean_text.h. */
typedef struct Header {
	GPtrArray *from, *to, *cc; /* of HeaderAddress, never NULL */
	char *subject;             /* NULL: no Subject field */
	char *message_id;          /* without <>, by libnotmuch's rule; NULL: none */
	char *in_reply_to;         /* first msg-id, NULL: none */
	GPtrArray *
		references; /* of char *, References in order, ≤ 1,000, without own id; never NULL */
	char *list_id;      /* the id between <>, NULL: none */
	char *content_type; /* "type/subtype" in lower case, NULL: none */
	int64_t date;       /* Unix seconds, see has_date */
	int zone_minutes;   /* of the Date field, east positive */
	bool has_date;      /* Date was there and readable */
	uint8_t identity
		[HEADER_IDENTITY_SIZE]; /* over unfolded DATE FROM TO CC SUBJECT MESSAGE-ID */
} Header;

/* Reads a header block, which ends at the first empty line or at LENGTH; LF or CRLF. Never NULL. */
Header *header_read(const char *bytes, size_t length);

/* The same without the recipients, a third of the work: TO and CC stay empty. */
Header *header_read_for_list(const char *bytes, size_t length);
/* The same of a file (≤ 1 MiB of it, O_NOFOLLOW, regular files only). NULL on error. */
Header *header_read_file_for_list(int directory_fd, const char *path, GError **error);

void header_free(Header *header);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Header, header_free)

/*
 * The identity of a message without a Message-ID takes INTERNALDATE and size in too; with one this
 * returns header->identity unchanged.
 */
void header_identity(const Header *header, int64_t internal_date, int64_t size,
	uint8_t identity[HEADER_IDENTITY_SIZE]);

/* The id libnotmuch gives a message whose Message-ID field has this raw value; NULL where it would
 * make one up from the file's hash. The caller owns it. */
char *header_message_id(const char *value, size_t length);

/* 64-bit hash of a msg-id, the same in every account and build (first 8 bytes of SHA-256, big endian,
 * top bit cleared so that it fits SQLite's integer). */
int64_t header_id_hash(const char *message_id);

/* Decodes RFC 2047 words and raw 8-bit text of an unstructured field to UTF-8, unfolded. */
char *header_decode(const char *value, size_t length);

/* Parses an address list. Of HeaderAddress; groups are flattened; never NULL. */
GPtrArray *header_addresses(const char *value, size_t length);

/* Parses a Date field, obsolete forms and common faults too. */
bool header_date(const char *value, size_t length, int64_t *seconds, int *zone_minutes);
