"""Every table, in the order in which they can be created."""

from portal.clock import ClockOffset
from portal.db import BaseModel
from portal.domain.accounts.models import (
    AccessToken,
    Attempts,
    Contributor,
    Credential,
    HandOver,
    NoticeChoice,
    Person,
    SignIn,
    StaffAssignment,
    StaffMembership,
)
from portal.domain.audit.models import AuditChain, AuditEntry
from portal.domain.billing.models import FrozenAsset, NumberSeries, Statement, StatementLine
from portal.domain.branding.models import BrandDraft, BrandPicture, BrandVersion
from portal.domain.federation.models import Errand, Identity, Provider
from portal.domain.hosts.models import OwnHost
from portal.domain.invitations.models import Invitation, InvitationLine, InvitationList
from portal.domain.metering.models import Alert, ClientStanding, Consumption, DayFact, PeriodCounter, UsageEvent
from portal.domain.metering.notice_models import LimitForecast, LimitNotice
from portal.domain.outbox.models import Message
from portal.domain.publishing.models import Dish, MenuCategory, Publication
from portal.domain.reports.models import StoredOutlook
from portal.domain.requests.models import Request, SoldService
from portal.domain.rights.models import Right, SectionAvailability
from portal.domain.sending.models import Sender
from portal.domain.settings.models import ClientSettings, LimitVersion
from portal.domain.settings.package_models import (
    BulkChange,
    BulkItem,
    ClientImport,
    ImportLine,
    Package,
    PackageUse,
)
from portal.domain.sign_in.models import (
    Authenticator,
    Begun,
    FactorRule,
    KnownBrowser,
    MailedLink,
    Passkey,
    RecoveryCode,
)
from portal.domain.staffing.models import OwnershipOffer, StaffInvitation
from portal.domain.support.models import SupportMessage, SupportThread
from portal.domain.tenants.models import Agency, App, Client, ClientText, Operator, Period, Term
from portal.domain.webhooks.models import Attempt, Delivery, Endpoint
from portal.heartbeat import Heartbeat

MODELS: list[type[BaseModel]] = [
    ClockOffset,
    Heartbeat,
    AuditEntry,
    AuditChain,
    Message,
    Operator,
    Agency,
    Client,
    ClientText,
    App,
    Period,
    Term,
    Person,
    StaffMembership,
    StaffAssignment,
    Contributor,
    NoticeChoice,
    BrandDraft,
    BrandVersion,
    BrandPicture,
    SignIn,
    HandOver,
    Attempts,
    Credential,
    AccessToken,
    Right,
    SectionAvailability,
    FactorRule,
    Authenticator,
    Passkey,
    RecoveryCode,
    MailedLink,
    Begun,
    KnownBrowser,
    Sender,
    OwnHost,
    Provider,
    Identity,
    Errand,
    Endpoint,
    Delivery,
    Attempt,
    Invitation,
    InvitationList,
    InvitationLine,
    StaffInvitation,
    OwnershipOffer,
    ClientSettings,
    LimitVersion,
    Package,
    PackageUse,
    BulkChange,
    BulkItem,
    ClientImport,
    ImportLine,
    UsageEvent,
    Consumption,
    PeriodCounter,
    DayFact,
    ClientStanding,
    Alert,
    LimitNotice,
    LimitForecast,
    MenuCategory,
    Dish,
    Publication,
    SoldService,
    Request,
    SupportThread,
    SupportMessage,
    NumberSeries,
    Statement,
    StatementLine,
    FrozenAsset,
    StoredOutlook,
]
