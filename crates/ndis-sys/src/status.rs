//! Status codes.
//!
//! They have the layout of `NTSTATUS`, so that errors are negative; unlike there, some codes that
//! are not negative mean that nothing was done.

/// Result of a call, or what a status indication is about.
pub type NDIS_STATUS = i32;

statuses! {
    // Success and what is close to it.

    /// Done.
    NDIS_STATUS_SUCCESS = 0x0000_0000;
    /// Not done yet; a completion follows.
    NDIS_STATUS_PENDING = 0x0000_0103;
    /// Done already, so that no other driver need see the request.
    NDIS_STATUS_ALREADY_COMPLETE = 0x0000_00FF;
    /// The driver does not know the request.
    NDIS_STATUS_NOT_RECOGNIZED = 0x0001_0001;
    /// Nothing was copied.
    NDIS_STATUS_NOT_COPIED = 0x0001_0002;
    /// The driver does not want it, or not now.
    NDIS_STATUS_NOT_ACCEPTED = 0x0001_0003;
    /// There is a call already.
    NDIS_STATUS_CALL_ACTIVE = 0x0001_0007;
    /// The result of the request comes as a status indication.
    NDIS_STATUS_INDICATION_REQUIRED = 0x4023_0001;

    // Warnings.

    /// The buffer took only a part.
    NDIS_STATUS_BUFFER_OVERFLOW = 0x8000_0005;
    /// The device is busy. From NDIS 6.30.
    NDIS_STATUS_BUSY = 0x8000_0011;
    /// The adapter cannot be reset.
    NDIS_STATUS_NOT_RESETTABLE = 0x8001_0001;
    /// The reset worked, but something recoverable went wrong.
    NDIS_STATUS_SOFT_ERRORS = 0x8001_0003;
    /// The reset failed for good.
    NDIS_STATUS_HARD_ERRORS = 0x8001_0004;

    // Errors of every kind of driver.

    /// It failed, for no reason that has a code.
    NDIS_STATUS_FAILURE = 0xC000_0001;
    /// A parameter has no valid value.
    NDIS_STATUS_INVALID_PARAMETER = 0xC000_000D;
    /// The device cannot do that.
    NDIS_STATUS_INVALID_DEVICE_REQUEST = 0xC000_0010;
    /// There is not enough memory, or of another resource.
    NDIS_STATUS_RESOURCES = 0xC000_009A;
    /// The driver knows the request and does not support it.
    NDIS_STATUS_NOT_SUPPORTED = 0xC000_00BB;
    /// The device cannot do that in its present state.
    NDIS_STATUS_INVALID_STATE = 0xC000_0184;
    /// The data was not taken.
    NDIS_STATUS_DATA_NOT_ACCEPTED = 0xC000_021B;
    /// There is no way to that network.
    NDIS_STATUS_NETWORK_UNREACHABLE = 0xC000_023C;
    /// The binding or the adapter is closing.
    NDIS_STATUS_CLOSING = 0xC001_0002;
    /// NDIS does not support the version that was asked for.
    NDIS_STATUS_BAD_VERSION = 0xC001_0004;
    /// Type, revision or size of a structure is wrong, or a required entry point is missing.
    NDIS_STATUS_BAD_CHARACTERISTICS = 0xC001_0005;
    /// There is no such adapter.
    NDIS_STATUS_ADAPTER_NOT_FOUND = 0xC001_0006;
    /// The adapter could not be opened.
    NDIS_STATUS_OPEN_FAILED = 0xC001_0007;
    /// The device does not work.
    NDIS_STATUS_DEVICE_FAILED = 0xC001_0008;
    /// The adapter can hold no more groups.
    NDIS_STATUS_MULTICAST_FULL = 0xC001_0009;
    /// The group is in the list already.
    NDIS_STATUS_MULTICAST_EXISTS = 0xC001_000A;
    /// The group is not in the list.
    NDIS_STATUS_MULTICAST_NOT_FOUND = 0xC001_000B;
    /// The request was cancelled or given up.
    NDIS_STATUS_REQUEST_ABORTED = 0xC001_000C;
    /// The adapter is being reset.
    NDIS_STATUS_RESET_IN_PROGRESS = 0xC001_000D;
    /// The binding is closing, and an indication is still under way.
    NDIS_STATUS_CLOSING_INDICATING = 0xC001_000E;
    /// The packet cannot be sent: too long, too short or malformed.
    NDIS_STATUS_INVALID_PACKET = 0xC001_000F;
    /// The adapter can hold no more bindings.
    NDIS_STATUS_OPEN_LIST_FULL = 0xC001_0010;
    /// The adapter is not ready.
    NDIS_STATUS_ADAPTER_NOT_READY = 0xC001_0011;
    /// The adapter is not open.
    NDIS_STATUS_ADAPTER_NOT_OPEN = 0xC001_0012;
    /// There is no indication under way.
    NDIS_STATUS_NOT_INDICATING = 0xC001_0013;
    /// The length of the buffer does not fit the request.
    NDIS_STATUS_INVALID_LENGTH = 0xC001_0014;
    /// The buffer holds something that is not allowed.
    NDIS_STATUS_INVALID_DATA = 0xC001_0015;
    /// The buffer is too small.
    NDIS_STATUS_BUFFER_TOO_SHORT = 0xC001_0016;
    /// The driver does not know the object identifier.
    NDIS_STATUS_INVALID_OID = 0xC001_0017;
    /// The adapter has been removed.
    NDIS_STATUS_ADAPTER_REMOVED = 0xC001_0018;
    /// The adapter has none of the media that were offered.
    NDIS_STATUS_UNSUPPORTED_MEDIA = 0xC001_0019;
    /// Another binding uses a different group address; token ring.
    NDIS_STATUS_GROUP_ADDRESS_IN_USE = 0xC001_001A;
    /// There is no such file.
    NDIS_STATUS_FILE_NOT_FOUND = 0xC001_001B;
    /// The file could not be read.
    NDIS_STATUS_ERROR_READING_FILE = 0xC001_001C;
    /// The file is mapped already.
    NDIS_STATUS_ALREADY_MAPPED = 0xC001_001D;
    /// Another device has the hardware resource.
    NDIS_STATUS_RESOURCE_CONFLICT = 0xC001_001E;
    /// No cable is plugged in.
    NDIS_STATUS_NO_CABLE = 0xC001_001F;
    /// The send was cancelled.
    NDIS_STATUS_SEND_ABORTED = 0xC023_000C;
    /// There is no link.
    NDIS_STATUS_MEDIA_DISCONNECTED = 0xC023_001F;
    /// The adapter or binding is paused.
    NDIS_STATUS_PAUSED = 0xC023_002A;
    /// There is no such interface.
    NDIS_STATUS_INTERFACE_NOT_FOUND = 0xC023_002B;
    /// The driver does not support this revision of the structure.
    NDIS_STATUS_UNSUPPORTED_REVISION = 0xC023_002C;
    /// There is no such port.
    NDIS_STATUS_INVALID_PORT = 0xC023_002D;
    /// The port cannot do that in its present state.
    NDIS_STATUS_INVALID_PORT_STATE = 0xC023_002E;
    /// The adapter is in low power.
    NDIS_STATUS_LOW_POWER_STATE = 0xC023_002F;
    /// The adapter has to be initialised again for the change to take effect. From NDIS 6.30.
    NDIS_STATUS_REINIT_REQUIRED = 0xC023_0030;
    /// All receive queues are taken.
    NDIS_STATUS_NO_QUEUES = 0xC023_0031;
    /// The adapter can hold no more wake-up patterns. From NDIS 6.20.
    NDIS_STATUS_PM_WOL_PATTERN_LIST_FULL = 0xC023_2003;
    /// The adapter can take over no more protocols in low power. From NDIS 6.20.
    NDIS_STATUS_PM_PROTOCOL_OFFLOAD_LIST_FULL = 0xC023_2004;

    // Connection-oriented media and token ring.

    /// There is no such service access point.
    NDIS_STATUS_INVALID_SAP = 0xC001_0020;
    /// The service access point is taken.
    NDIS_STATUS_SAP_IN_USE = 0xC001_0021;
    /// The address is not valid.
    NDIS_STATUS_INVALID_ADDRESS = 0xC001_0022;
    /// The virtual connection is not active.
    NDIS_STATUS_VC_NOT_ACTIVATED = 0xC001_0023;
    /// The destination does not work.
    NDIS_STATUS_DEST_OUT_OF_ORDER = 0xC001_0024;
    /// No virtual connection can be had.
    NDIS_STATUS_VC_NOT_AVAILABLE = 0xC001_0025;
    /// The cell rate cannot be had.
    NDIS_STATUS_CELLRATE_NOT_AVAILABLE = 0xC001_0026;
    /// The quality of service does not fit.
    NDIS_STATUS_INCOMPATIBLE_QOS = 0xC001_0027;
    /// Misspelt name of [`NDIS_STATUS_INCOMPATIBLE_QOS`].
    NDIS_STATUS_INCOMPATABLE_QOS = 0xC001_0027;
    /// Parameters of the adaptation layer are not supported.
    NDIS_STATUS_AAL_PARAMS_UNSUPPORTED = 0xC001_0028;
    /// There is no route to the destination.
    NDIS_STATUS_NO_ROUTE_TO_DESTINATION = 0xC001_0029;
    /// The ring could not be entered.
    NDIS_STATUS_TOKEN_RING_OPEN_ERROR = 0xC001_1000;

    // TCP chimney offload.

    /// The connection is on its way back to the host.
    NDIS_STATUS_UPLOAD_IN_PROGRESS = 0xC023_1001;
    /// The host is asked to take the connection back.
    NDIS_STATUS_REQUEST_UPLOAD = 0xC023_1002;
    /// The host has asked for the connection.
    NDIS_STATUS_UPLOAD_REQUESTED = 0xC023_1003;
    /// No room for more connections.
    NDIS_STATUS_OFFLOAD_TCP_ENTRIES = 0xC023_1004;
    /// No room for more paths.
    NDIS_STATUS_OFFLOAD_PATH_ENTRIES = 0xC023_1005;
    /// No room for more neighbours.
    NDIS_STATUS_OFFLOAD_NEIGHBOR_ENTRIES = 0xC023_1006;
    /// No room for more IP addresses.
    NDIS_STATUS_OFFLOAD_IP_ADDRESS_ENTRIES = 0xC023_1007;
    /// No room for more link addresses.
    NDIS_STATUS_OFFLOAD_HW_ADDRESS_ENTRIES = 0xC023_1008;
    /// No room for more VLANs.
    NDIS_STATUS_OFFLOAD_VLAN_ENTRIES = 0xC023_1009;
    /// The adapter has no buffer for the data to send.
    NDIS_STATUS_OFFLOAD_TCP_XMIT_BUFFER = 0xC023_100A;
    /// The adapter has no buffer for the received data.
    NDIS_STATUS_OFFLOAD_TCP_RCV_BUFFER = 0xC023_100B;
    /// The receive window is too large for the adapter.
    NDIS_STATUS_OFFLOAD_TCP_RCV_WINDOW = 0xC023_100C;
    /// The VLAN is not that of the adapter.
    NDIS_STATUS_OFFLOAD_VLAN_MISMATCH = 0xC023_100D;
    /// Indicated data was not taken.
    NDIS_STATUS_OFFLOAD_DATA_NOT_ACCEPTED = 0xC023_100E;
    /// A policy forbids the offload.
    NDIS_STATUS_OFFLOAD_POLICY = 0xC023_100F;
    /// Indicated data was taken in part.
    NDIS_STATUS_OFFLOAD_DATA_PARTIALLY_ACCEPTED = 0xC023_1010;
    /// The connection is to be reset.
    NDIS_STATUS_OFFLOAD_REQUEST_RESET = 0xC023_1011;
    /// The adapter does not take the connection. From NDIS 6.20.
    NDIS_STATUS_OFFLOAD_CONNECTION_REJECTED = 0xC023_1012;

    // Why a miniport dropped a frame.

    /// Frame dropped: the host has no memory. From NDIS 6.87.
    NDIS_STATUS_HOST_OUT_OF_MEMORY = 0x4005_2001;
    /// Frame dropped: the frame is too long. From NDIS 6.87.
    NDIS_STATUS_FRAME_TOO_LONG = 0x4005_2002;
    /// Frame dropped: the frame is too short. From NDIS 6.87.
    NDIS_STATUS_FRAME_TOO_SHORT = 0x4005_2003;
    /// Frame dropped: the length field does not fit the frame. From NDIS 6.87.
    NDIS_STATUS_FRAME_LENGTH_ERROR = 0x4005_2004;
    /// Frame dropped: the cyclic redundancy check failed. From NDIS 6.87.
    NDIS_STATUS_CRC_ERROR = 0x4005_2005;
    /// Frame dropped: a checksum is wrong. From NDIS 6.87.
    NDIS_STATUS_BAD_CHECKSUM = 0x4005_2006;
    /// Frame dropped: the frame check sequence is wrong. From NDIS 6.87.
    NDIS_STATUS_FCS_ERROR = 0x4005_2007;
    /// Frame dropped: the link decoded an invalid symbol. From NDIS 6.87.
    NDIS_STATUS_SYMBOL_ERROR = 0x4005_2008;
    /// Frame dropped: the frame waited too long at the head of its queue. From NDIS 6.87.
    NDIS_STATUS_HEAD_OF_QUEUE_TIMEOUT = 0x4005_2009;
    /// Frame dropped: the queue was stalled. From NDIS 6.87.
    NDIS_STATUS_STALLED_STATE_DISCARD = 0x4005_2010;
    /// Frame dropped: the receive queue was full. From NDIS 6.87.
    NDIS_STATUS_RX_QUEUE_FULL = 0x4005_2011;
    /// Frame dropped: the physical layer reported an error. From NDIS 6.87.
    NDIS_STATUS_PHYSICAL_LAYER_ERROR = 0x4005_2012;
    /// Frame dropped: direct memory access failed. From NDIS 6.87.
    NDIS_STATUS_DMA_ERROR = 0x4005_2013;
    /// Frame dropped: the firmware failed. From NDIS 6.87.
    NDIS_STATUS_FIRMWARE_ERROR = 0x4005_2014;
    /// Frame dropped: the frame could not be decrypted. From NDIS 6.87.
    NDIS_STATUS_DECRYPTION_FAILED = 0x4005_2015;
    /// Frame dropped: a signature is wrong. From NDIS 6.87.
    NDIS_STATUS_BAD_SIGNATURE = 0x4005_2016;
    /// Frame dropped: segments could not be joined. From NDIS 6.87.
    NDIS_STATUS_COALESCING_ERROR = 0x4005_2017;
    /// Frame dropped: the source address is not the sender's. From NDIS 6.87.
    NDIS_STATUS_MAC_SPOOFING_FAILURE = 0x4005_2018;
    /// Frame dropped: the VLAN is not the sender's. From NDIS 6.87.
    NDIS_STATUS_VLAN_SPOOFING_FAILURE = 0x4005_2019;
    /// Frame dropped: the frame type is not allowed. From NDIS 6.87.
    NDIS_STATUS_UNALLOWED_ETHERTYPE = 0x4005_2020;
    /// Frame dropped: the virtual port is down. From NDIS 6.87.
    NDIS_STATUS_VPORT_DOWN = 0x4005_2021;
    /// Frame dropped: no steering rule fits. From NDIS 6.87.
    NDIS_STATUS_STEERING_MISMATCH = 0x4005_2022;
    /// First of the reserved reasons for a dropped frame. From NDIS 6.87.
    NDIS_STATUS_RESERVED_DROP_BEGIN = 0x4005_2023;
    /// End of the reserved reasons for a dropped frame. From NDIS 6.87.
    NDIS_STATUS_RESERVED_DROP_END = 0x4005_3000;
    /// First of the reasons for a dropped frame that a driver may define. From NDIS 6.87.
    NDIS_STATUS_DRIVER_INTERNAL_DROP_BEGIN = 0x4005_3000;
    /// End of the reasons for a dropped frame that a driver may define. From NDIS 6.87.
    NDIS_STATUS_DRIVER_INTERNAL_DROP_END = 0x4005_4000;
}
