#pragma once
/*
 * Names of deeds: what the user does at once has one name in all accounts, by which it is undone. Any thread.
 */

char *deed_id_new(void); /* sorts behind all that were made before. The caller owns it. */
