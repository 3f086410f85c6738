#pragma once
/*
 * A mail file as the helper reads it: its header, read by us within bounds, and where its body lies.
 * GMime sees it through mime_stream.h, with a header of only the Content-* fields, so that no field of
 * the message's own header can harm it. Files are read in windows, never as a whole. One thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	MIME_HEADER_BYTES = 1 << 20, /* of the header that is read */
	MIME_HEADER_LINES = 10000,
	MIME_WINDOW = 1 << 16, /* bytes of the file held at a time */
};

/* A field of the header; points into MimeFile.header. The value may be folded. */
typedef struct MimeField {
	const char *name;
	size_t name_length;
	const char *value;
	size_t value_length;
} MimeField;

/* Bytes of the file, from start up to end, that GMime must not take for groups of addresses. */
typedef struct MimeMask {
	int64_t start, end;
} MimeMask;

typedef struct MimeFile {
	int fd;
	int64_t size;
	char *header; /* the header block, at most MIME_HEADER_BYTES of it */
	size_t header_length;
	GArray *fields; /* of MimeField, in order */
	bool header_cut;
	int64_t body;    /* where the body begins */
	int64_t end;     /* GMime sees nothing beyond */
	GArray *masks;   /* of MimeMask, ascending; see mime_guard.h */
	bool masking;    /* while GMime parses */
	GString *prefix; /* the header that GMime sees */
	char *window;
	int64_t window_start;
	size_t window_length;
} MimeFile;

/* Opens a regular file (links are not followed) and reads its header. NULL on error. */
MimeFile *mime_file_open(const char *path, GError **error);
void mime_file_free(MimeFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeFile, mime_file_free)

/*
 * The bytes at OFFSET that are in memory after the call: 1 to MIME_WINDOW of them at *bytes, valid
 * until the next call; 0 at the end of the file or if it cannot be read.
 */
size_t mime_file_read(MimeFile *file, int64_t offset, const char **bytes);

/* The first field of this name, or NULL; how many there are. */
const MimeField *mime_file_field(const MimeFile *file, const char *name);
size_t mime_file_count(const MimeFile *file, const char *name);
