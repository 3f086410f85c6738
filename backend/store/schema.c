#include "backend/store/schema.h"

#define INDEXES_OF_WAITING                                                     \
	"CREATE INDEX IF NOT EXISTS m_waits ON msg(date) WHERE " ROW_WAITS ";" \
	"CREATE INDEX IF NOT EXISTS op_parked ON op(msg) WHERE state=2;"

/* Messages that go to another account: under which key there, and the folder they are put back to if it refuses. */
#define TRANSFERS                                                                              \
	"CREATE TABLE IF NOT EXISTS transfer(key TEXT PRIMARY KEY, msg INT NOT NULL, account " \
	"TEXT NOT NULL,"                                                                       \
	" folder TEXT NOT NULL, deed TEXT NOT NULL, back INT NOT NULL,"                        \
	" given INT NOT NULL DEFAULT 0);"                                                      \
	"CREATE INDEX IF NOT EXISTS transfer_msg ON transfer(msg);"

#define INDEXES_OF_WISHES                                                      \
	"CREATE UNIQUE INDEX m_uid ON msg(sfolder,uid) WHERE uid IS NOT NULL;" \
	"CREATE INDEX m_work ON msg(sfolder,uid) WHERE st=1;"                  \
	"CREATE INDEX m_stub ON msg(sfolder,uid) WHERE part=1;"                \
	"CREATE INDEX m_dirty ON msg(sfolder)"                                 \
	" WHERE " ROW_IS_DIRTY ";"                                             \
	"CREATE INDEX m_follow ON msg(folder)"                                 \
	" WHERE part<>0 AND st=0 AND (ff<>loc OR lfolder<>folder);"

/*
 * Columns beside those of a classic three-way sync state: the envelope (date … attach), so that lists
 * need no index and no files. Indexes are what inserting costs, so each is partial where it can be, and
 * what is random (hashes) has as few of them as possible: a message's copies are found by its thread.
 */
const char schema_sql[] =
	/* store_uuid; held (a sentence: the whole account is held); clean (1: closed in order); rebuild (rebuild.c) … */
	"CREATE TABLE meta(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"

	"CREATE TABLE folder(id INTEGER PRIMARY KEY,"
	/* as the server names it; or '\n' and the path: found on the disk, and no server has named it yet */
	" rname BLOB NOT NULL UNIQUE,"
	" name TEXT NOT NULL UNIQUE,"
	" path TEXT NOT NULL UNIQUE,"
	" fold TEXT NOT NULL UNIQUE," /* path as a case-folding disk sees it */
	" delim TEXT, attrs INT NOT NULL DEFAULT 0, role INT NOT NULL DEFAULT 0, mailboxid TEXT,"
	" subscribed INT, mode INT NOT NULL DEFAULT 3,"
	/* everything in [uidlow, uidnext) and up to modseq is in msg or quarantine */
	" uidvalidity INT NOT NULL DEFAULT 0, uidnext INT NOT NULL DEFAULT 0,"
	" uidlow INT NOT NULL DEFAULT 0, modseq INT NOT NULL DEFAULT 0,"
	/* the last survey: hints, and the window for operations in doubt */
	" s_uidnext INT, s_modseq INT, s_exists INT, permflags INT, kwok INT,"
	/* directories as last scanned: device and inode of cur, mtimes in ns (0: scan again) */
	" dir_dev INT, dir_ino INT, scan_ns INT NOT NULL DEFAULT 0,"
	" scan_new_ns INT NOT NULL DEFAULT 0,"
	" uvchanges INT NOT NULL DEFAULT 0, missing INT NOT NULL DEFAULT 0,"
	" state INT NOT NULL DEFAULT 0, hold INT NOT NULL DEFAULT 0, err TEXT,"
	/* sums over listed rows (st 0, 1), flags as wanted; uids: those that have a UID */
	" total INT NOT NULL DEFAULT 0, unread INT NOT NULL DEFAULT 0,"
	" flagged INT NOT NULL DEFAULT 0, bodies INT NOT NULL DEFAULT 0,"
	" uids INT NOT NULL DEFAULT 0);"

	"CREATE TABLE msg(id INTEGER PRIMARY KEY,"
	/* where it is wanted, and listed; where the server has it: both NULL: it waits for that, is local, or
	   left the server. So folder, sfolder and lfolder are to places what loc, base and ff are to flags */
	" folder INT NOT NULL REFERENCES folder, sfolder INT, uid INT,"
	/* the file: its key, the folder it was last seen in, new or cur; fname only if the name is
	   not the one that key, part, ff, ffx and sub give */
	" key TEXT NOT NULL, lfolder INT, sub INT NOT NULL DEFAULT 0, fname TEXT,"
	" part INT NOT NULL DEFAULT 0,"
	/* flags: agreed with the server, wanted, last seen in the name; bits of an unconfirmed STORE */
	" base INT NOT NULL, loc INT NOT NULL, ff INT NOT NULL DEFAULT 0,"
	" doubt INT NOT NULL DEFAULT 0,"
	" ffx TEXT," /* flag letters of the name that are not ours */
	" bkw TEXT NOT NULL DEFAULT '', lkw TEXT NOT NULL DEFAULT ''," /* keywords: agreed, wanted */
	" dkw TEXT NOT NULL DEFAULT '',"                               /* of an unconfirmed STORE */
	/* loc and lkw when what differed from base and bkw last was nothing that the server can keep */
	" okl INT, okw TEXT,"
	" st INT NOT NULL," /* RowState */
	" lim INT, was INT, op INT, modseq INT, size INT, idate INT,"
	" midh INT, hdrh BLOB, gid TEXT, filt INT NOT NULL DEFAULT 0,"
	" date INT NOT NULL, dated INT NOT NULL DEFAULT 0, thread INT NOT NULL,"
	" from_name TEXT, from_addr TEXT, subject TEXT, mid TEXT, list TEXT,"
	" attach INT NOT NULL DEFAULT 0, unsearchable TEXT,"
	/* midh of the message it answers; NULL: it says none, or was read before this was kept */
	" parent INT);"
	"CREATE UNIQUE INDEX m_key ON msg(key);"
	"CREATE INDEX m_thread ON msg(thread,midh);"
	/* id and st, so that counting never looks at the row */
	"CREATE INDEX m_list ON msg(folder,date,id,st) WHERE st IN (0,1);"
	"CREATE INDEX m_gid ON msg(gid) WHERE gid IS NOT NULL;"
	"CREATE INDEX m_adrift ON msg(hdrh) WHERE uid IS NULL;" /* limbo, tombs, waiting, local */
	"CREATE INDEX m_limbo ON msg(st) WHERE st IN (2,4);"
	"CREATE INDEX m_file ON msg(lfolder) WHERE part<>0;"
	"CREATE INDEX m_flagged ON msg(date) WHERE st IN (0,1) AND (loc & 2)<>0;"
	"CREATE INDEX m_unsearchable ON msg(id) WHERE unsearchable IS NOT NULL;"

	/* msg-id hash → the thread it belongs to, which may belong to another in turn; an id without a
	   row is its own thread */
	"CREATE TABLE tmid(mid INTEGER PRIMARY KEY, thread INT NOT NULL);"
	/* the threads of a folder by newest message, with their sums over listed rows */
	"CREATE TABLE fthread(folder INT NOT NULL, thread INT NOT NULL, newest INT NOT NULL,"
	" total INT NOT NULL, unread INT NOT NULL, flagged INT NOT NULL,"
	" PRIMARY KEY(folder,thread)) WITHOUT ROWID;"
	"CREATE INDEX fthread_newest ON fthread(folder,newest,thread);"

	/* listed rows by days (date >> 17: a day and a half): where a message stands is a sum of few */
	"CREATE TABLE fdate(folder INT NOT NULL, bucket INT NOT NULL, total INT NOT NULL,"
	" PRIMARY KEY(folder,bucket)) WITHOUT ROWID;"

	"CREATE TABLE op(id INTEGER PRIMARY KEY AUTOINCREMENT, kind INT NOT NULL, msg INT, src INT,"
	" dst INT, arg BLOB, state INT NOT NULL DEFAULT 0, win BLOB, fl INT,"
	" tries INT NOT NULL DEFAULT 0, not_before INT NOT NULL DEFAULT 0, err TEXT, made INT);"
	"CREATE INDEX op_msg ON op(msg);" INDEXES_OF_WISHES INDEXES_OF_WAITING TRANSFERS
	/* made: when it was done, or taken back, in microseconds */
	"CREATE TABLE deed(id TEXT NOT NULL, seq INT NOT NULL, inverse TEXT NOT NULL,"
	" made INT NOT NULL, undone INT NOT NULL DEFAULT 0, PRIMARY KEY(id,seq)) WITHOUT ROWID;"
	"CREATE TABLE quarantine(folder INT NOT NULL, uid INT NOT NULL, why TEXT,"
	" tries INT NOT NULL, next INT NOT NULL, PRIMARY KEY(folder,uid)) WITHOUT ROWID;"

	/* what the index must still be told; a changed item gets a new id, so that an answer to the
	   older one does not take it away */
	"CREATE TABLE ixq(id INTEGER PRIMARY KEY AUTOINCREMENT, act INT NOT NULL, key TEXT NOT "
	"NULL,"
	" idle INT NOT NULL DEFAULT 0, date INT NOT NULL DEFAULT 0);"
	"CREATE UNIQUE INDEX ixq_key ON ixq(key,act);"
	"CREATE INDEX ixq_order ON ixq(idle,date);"

	"CREATE TABLE pop(uidl TEXT PRIMARY KEY, key TEXT, first INT, last INT, size INT,"
	" hdrh BLOB, st INT) WITHOUT ROWID;"
	"CREATE TABLE outbox(id INTEGER PRIMARY KEY, mid TEXT, mailfrom TEXT, st INT, tries INT,"
	" not_before INT, err TEXT, sentpol INT);"
	"CREATE TABLE rcpt(outbox INT, addr TEXT, st INT, code INT, text TEXT,"
	" PRIMARY KEY(outbox,addr)) WITHOUT ROWID;";

const char *const schema_upgrades[SCHEMA_VERSION] = {
	[1] = "CREATE INDEX m_stub ON msg(folder,uid) WHERE part=1;",
	[2] = "ALTER TABLE msg ADD COLUMN parent INT;",
	/* Sums are by the place that is wanted: those of rows that waited to be moved are counted anew. */
	[3] = "ALTER TABLE msg ADD COLUMN sfolder INT;"
	      "ALTER TABLE msg ADD COLUMN dkw TEXT NOT NULL DEFAULT '';"
	      "UPDATE msg SET sfolder=folder WHERE uid IS NOT NULL;"
	      "UPDATE msg SET folder=(SELECT dst FROM op WHERE op.id=msg.op)"
	      " WHERE uid IS NOT NULL AND op IN (SELECT id FROM op WHERE kind=2 AND dst IS NOT "
	      "NULL);"
	      "UPDATE meta SET v='0' WHERE k='recounted';"
	      "ALTER TABLE deed ADD COLUMN undone INT NOT NULL DEFAULT 0;"
	      /* folders that were numbered anew could not be matched again then, and were held */
	      "UPDATE folder SET state=2,hold=0,err=NULL WHERE state=3 AND hold=2;"
	      "ALTER TABLE msg ADD COLUMN okl INT; ALTER TABLE msg ADD COLUMN okw TEXT;"
	      "DROP INDEX IF EXISTS m_uid; DROP INDEX IF EXISTS m_work;"
	      "DROP INDEX IF EXISTS m_dirty; DROP INDEX IF EXISTS m_follow;"
	      "DROP INDEX IF EXISTS m_stub;" INDEXES_OF_WISHES,
	[4] = INDEXES_OF_WAITING TRANSFERS,
};
