#pragma once
/*
 * The agent protocol's words for flags. Pure; any thread.
 */

const char *flag_word(unsigned flag);    /* of one of MailFlags; NULL: it has none */
unsigned flag_of_word(const char *word); /* 0: no such word; WORD may be NULL */
