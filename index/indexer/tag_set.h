#pragma once
/*
 * Sets of tags: sorted, unique, NULL-terminated arrays (char **). Pure; any thread.
 */
#include <glib.h>
#include <stdbool.h>

/* Sorts and removes doubles, empty tags and those no index can hold. Takes the array and its text over. */
char **tag_set_take(GPtrArray *tags);

char **tag_set_split(const char *text); /* of tag_set_join; NULL: the empty set */
char *tag_set_join(char **tags);        /* one a line */

char **tag_set_union(char **left, char **right);
char **tag_set_minus(char **left, char **right);
bool tag_set_equal(char **left, char **right);

/* TAGS without the automatic ones; without those of flags too, if FLAGS_TOO. */
char **tag_set_of_people(char **tags, bool flags_too);

/* The flag tags of a message: unread iff NONE has \Seen (ALL is the union of all copies' flags). */
char **tag_set_from_flags(unsigned all);

/* FLAGS after the flag tags in ADD and REMOVE were added and removed. */
unsigned tag_set_change_flags(unsigned flags, char **add, char **remove);
