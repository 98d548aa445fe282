/*
 * Which role a column plays.  Decides by a table of names that exports use, and by what the column holds.
 */
#include "importers/roles.h"

#include "base/text.h"

#include <string.h>

/* What a column must hold to be taken for a role. */
enum demand { ANYTHING, ADDRESSES, TIMES };

/* Headers by their letters and digits, the surest first. */
static const struct {
	const char *field; /* as a profile calls it */
	enum demand demand;
	const char *keys;
} roles[ROLES] = {
    [ROLE_ID] = {"id", ANYTHING,
	"bookingid reservationid membershipid subscriptionid bookingno bookingnumber reservation "
	"reservationno reservationnumber bookingreference reference bookingref ref confirmation "
	"confirmationno confirmationnumber id uid"},
    [ROLE_EMAIL] = {"email", ADDRESSES,
	"email emailaddress holderemail memberemail playeremail customeremail useremail "
	"clientemail "
	"bookeremail contactemail mail username emailadresse correo courriel emailadres"},
    [ROLE_NAME] = {"name", ANYTHING,
	"name fullname holder holdername member membername player playername customer customername "
	"user bookedby booker client clientname"},
    [ROLE_FIRST_NAME] = {"name", ANYTHING, "firstname givenname vorname nombre prenom voornaam"},
    [ROLE_LAST_NAME] = {"name", ANYTHING,
	"lastname surname familyname nachname apellido apellidos nom achternaam"},
    [ROLE_COMPANY] = {"company", ANYTHING, "company companyname organisation organization firma"},
    [ROLE_RESOURCE] = {"resource", ANYTHING,
	"resource resources resourcename space spaces spacename court courts courtname room rooms "
	"roomname desk desks bay bays field pitch asset facilityname raum platz pista sala zaal"},
    [ROLE_PLAN] = {"plan", ANYTHING,
	"plan planname membershipplan membershiptype membershipname membership subscription "
	"subscriptionplan package product tariff tarif abonnement"},
    [ROLE_LOCATION] = {"location", ANYTHING,
	"location locationname venue site branch club facility standort sede"},
    [ROLE_GROUP] = {"group", ANYTHING, "kisigroup accessgroup group"},
    [ROLE_START] = {"start", TIMES,
	"start starts startsat starttime startdatetime startdate begin begins beginsat begintime "
	"bookingstart from validfrom checkin arrival datejoined joindate joined membershipstart "
	"beginn von inicio horainicio heuredebut debut"},
    [ROLE_END] = {"end", TIMES,
	"end ends endsat endtime enddatetime enddate bookingend until to checkout departure "
	"validto validuntil finish "
	"expires expirydate expirationdate expiry membershipend ende bis fin horafin heurefin "
	"einde"},
    [ROLE_DATE] = {"start", TIMES, "date bookingdate reservationdate day datum fecha"},
    [ROLE_DURATION] = {"end", ANYTHING,
	"duration durationmin durationminutes length minutes dauer"},
    [ROLE_STATUS] = {"status", ANYTHING,
	"status bookingstatus reservationstatus membershipstatus subscriptionstatus state approval "
	"estado statut"},
    [ROLE_ATTENDEES] = {"attendees", ADDRESSES,
	"attendees participants invitees guests players attendeeemails guestemails"},
    [ROLE_FREEZE_START] = {"freeze_start", TIMES,
	"freezestart freezestartdate freezefrom frozenfrom holdstart pausestart pausedfrom"},
    [ROLE_FREEZE_END] = {"freeze_end", TIMES,
	"freezeend freezeenddate freezeuntil frozenuntil holdend pauseend pauseduntil"},
};

/* The place of the key among those of the role, from 1; 0 when it is none. */
static unsigned
rank(enum role role, const char *key)
{
	char **keys = g_strsplit(roles[role].keys, " ", -1);
	unsigned found = 0;
	for (unsigned i = 0; keys[i] != NULL && found == 0; i++)
		found = strcmp(keys[i], key) == 0 ? i + 1 : 0;
	g_strfreev(keys);
	return found;
}

bool
role_named(enum role role, const char *name)
{
	char *key = text_header_key(name);
	bool named = rank(role, key) > 0;
	g_free(key);
	return named;
}

static bool
meets(enum role role, const struct described_column *column)
{
	if (roles[role].demand == ADDRESSES)
		return column->holds == HOLDS_ADDRESSES;
	if (roles[role].demand == TIMES)
		return column->holds == HOLDS_TIMES;
	return column->holds != HOLDS_NOTHING;
}

/* Of a path only the last step may tell, too. */
unsigned
role_rank(enum role role, const struct described_column *column)
{
	char *key = text_header_key(column->name);
	unsigned best = meets(role, column) ? rank(role, key) : 0;
	const char *dot = strrchr(column->name, '.');
	g_free(key);
	if (best > 0 || dot == NULL || roles[role].demand == ANYTHING || !meets(role, column))
		return best;
	key = text_header_key(dot);
	best = rank(role, key);
	g_free(key);
	return best > 0 ? best + 100 : 0;
}

enum role
role_of(const struct described_column *column)
{
	for (int r = 0; r < ROLES; r++) {
		if (role_rank((enum role)r, column) > 0)
			return (enum role)r;
	}
	return ROLES;
}

const char *
role_suggested(const struct described_column *column)
{
	enum role role = role_of(column);
	if (role < ROLES)
		return roles[role].field;
	return column->holds == HOLDS_ADDRESSES ? "email" : NULL;
}

bool
role_public(const struct described_column *column)
{
	enum role role = role_of(column);
	return role == ROLE_RESOURCE || role == ROLE_PLAN || role == ROLE_LOCATION ||
	       role == ROLE_GROUP || role == ROLE_STATUS;
}

const char *
role_field(enum role role)
{
	return roles[role].field;
}
