# frozen_string_literal: true

require_relative 'config'
require_relative 'log'
require_relative 'queue'

module PlenaryPush
  # What BigBlueButton waits for: it must take no time and cannot fail.
  module Hook
    PUSH = File.expand_path('../plenary-push', __dir__)
    PATIENCE_S = 0.8
    # How long a disk that hangs may keep the part that nobody waits for.
    LIFETIME_S = 60

    # A queue on a disk that hangs must not hold up the pipeline, so another process writes to it.
    # BigBlueButton reads the hook's output to its end, so that process has none.
    def self.run(what, arguments, config_path = ENV['PLENARY_PUSH_CONFIG'] || CONFIG)
      child = fork do
        Process.setsid
        [$stdin, $stdout, $stderr].each { |stream| stream.reopen(File::NULL, 'r+') }
        Thread.new do
          sleep LIFETIME_S
          exit!
        end
        act(what, arguments, config_path)
      ensure
        exit!
      end
      deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + PATIENCE_S
      until Process.wait(child, Process::WNOHANG)
        break if Process.clock_gettime(Process::CLOCK_MONOTONIC) > deadline

        sleep 0.01
      end
    end

    def self.act(what, arguments, config_path)
      config, complaint = configuration(config_path)
      log = Log.new(config['log'])
      log.error("#{what}: #{complaint}; queued by the defaults") if complaint
      id = option(arguments, '-m', '--meeting-id')
      format = option(arguments, '-f', '--format')
      unless /\A(?:#{RECORD_ID})\z/.match?(id.to_s)
        return log.error("#{what}: refused: `#{id}` is not a record id")
      end

      format = nil unless /\A#{FORMAT}\z/.match?(format.to_s)
      return if what == 'raw' && config['raw'] == 'none'

      Queue.new(config['queue']).ask(id, what, format)
      log.info("#{id}.#{what}: queued")
      start(config_path)
    rescue StandardError => e
      (log || Log.new(Config::DEFAULTS['log'])).error("#{what}: #{id}: not queued: #{e.class}: #{e.message}")
    end

    # Without a usable configuration the recording is still remembered.
    def self.configuration(path)
      [Config.read(path), nil]
    rescue BadConfig => e
      [Config.new({}), e.message]
    end

    def self.option(arguments, *names)
      at = arguments.index { |it| names.include?(it) }
      at && arguments[at + 1]
    end

    def self.start(config_path)
      Process.detach(
        Process.spawn(PlenaryPush.plain, RbConfig.ruby, PUSH, '--all', '--config', config_path,
                      unsetenv_others: true, pgroup: true, chdir: '/',
                      in: File::NULL, out: File::NULL, err: File::NULL)
      )
    end
  end
end
