#pragma once
/*
 * The three-way merges of the sync, per flag bit and per keyword. Two sides that both changed a bit
 * changed it to the same value, so nothing can conflict. The same code serves the pull, a re-homed row
 * and an operation in doubt. Pure: no socket, file or clock. Any thread.
 */
typedef struct FlagState {
	unsigned base;  /* agreed with the server */
	unsigned loc;   /* wanted here */
	unsigned doubt; /* bits of a STORE that was never confirmed */
} FlagState;

/* What the server says now: bits in doubt first become base, then what the server changed becomes wanted. */
FlagState merge_server_flags(FlagState row, unsigned server);

/* What a file's name says now, against what we last saw in it: the new wanted flags. */
unsigned merge_file_flags(unsigned loc, unsigned seen, unsigned file);

/*
 * What a row still wanted to tell the server, as bits to set and to clear (what is in doubt may have
 * reached it or not, so it counts): handed to a twin when the row dies.
 */
void merge_pending_flags(FlagState row, unsigned *set, unsigned *clear);

/*
 * The same three-way merge for keyword sets: words sorted, one blank between, "" for none. Returns the
 * new wanted set; the caller owns it.
 */
char *merge_server_keywords(const char *base, const char *loc, const char *server);

/* BASE, with those words that are in DOUBT (of a STORE never confirmed) as the server says them. The caller owns it. */
char *merge_doubtful_keywords(const char *base, const char *doubt, const char *server);

/* A keyword set from words (NULL: none), without those that cannot be one (empty, longer than 64 bytes, blanks
 * or controls in it), without doubles, at most 128. The caller owns it. */
char *merge_keyword_set(const char *const *words);

/* SET with ADD put in and REMOVE taken out (both may be NULL). The caller owns it. */
char *merge_edit_keywords(const char *set, const char *const *add, const char *const *remove);
